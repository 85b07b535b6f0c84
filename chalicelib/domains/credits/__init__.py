"""What a user may spend, and where it went."""
