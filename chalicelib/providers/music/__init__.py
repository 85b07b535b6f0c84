"""Music: beds of a mood, and whole tracks from words."""
