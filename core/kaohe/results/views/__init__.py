"""Pages of this floor, by what they show."""
