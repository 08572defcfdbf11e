"""Pages of respondents and assessors; thin, one module per thing."""
