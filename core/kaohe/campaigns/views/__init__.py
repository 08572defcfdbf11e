"""Pages of respondents and assessors."""
