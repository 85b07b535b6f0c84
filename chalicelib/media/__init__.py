"""Pure functions of a timeline: paths and values in, files and values out."""
