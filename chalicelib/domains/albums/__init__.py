"""Albums: an hour or more of music over pictures, from a plan to its files."""
