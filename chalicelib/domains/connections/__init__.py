"""Accounts at platforms: connected with their owner's consent, kept signed in, given up."""
