"""What a user may ask of the house about their data: consents, a copy of it, its erasure."""
