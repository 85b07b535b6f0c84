"""Files in the media bucket that nothing wants any more."""
