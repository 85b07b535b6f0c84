"""Videos as their users configured them."""
