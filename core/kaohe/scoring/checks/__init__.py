"""Checks of the fact tables, one module per table."""
