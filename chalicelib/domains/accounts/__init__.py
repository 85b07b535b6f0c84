"""The user, as the house knows it."""
