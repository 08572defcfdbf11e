"""Pages of the register, for organisers and technicians."""
