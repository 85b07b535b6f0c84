"""Runs: what every try of every stage of a job or an album came to, and how well stages do."""
