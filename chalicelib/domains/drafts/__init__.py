"""Prompts kept before their writer signs in."""
