"""Showrunner: the serverless backend of an AI content studio."""

__version__ = "0.1.0"
