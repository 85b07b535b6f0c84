"""Research, scripts, and albums in words."""
