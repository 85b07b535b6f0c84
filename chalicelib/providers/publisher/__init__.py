"""Where videos are published and measured."""
