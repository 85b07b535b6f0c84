"""Files in the media bucket: links to them, and deleting those that nothing wants any more."""
