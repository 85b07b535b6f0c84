"""Messages that leave the house: written with the facts, delivered after the commit."""
