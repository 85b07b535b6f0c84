"""What the local painter can paint: a module for each kind of place."""
