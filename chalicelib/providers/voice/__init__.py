"""Speech, with the time of every word."""
