"""What may be uploaded: kinds by content, clean names, an early limit on size."""
