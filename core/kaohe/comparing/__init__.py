"""An office's own result workbook against ours: where it differs, and what reproduces its figures."""
