"""Channels: what a studio publishes to."""
