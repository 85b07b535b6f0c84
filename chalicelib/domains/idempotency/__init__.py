"""The same request twice: one effect, one answer."""
