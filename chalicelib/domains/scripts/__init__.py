"""Scripts, and what changed in them since a client last looked."""
