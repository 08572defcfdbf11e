"""The fonts this distribution carries."""
