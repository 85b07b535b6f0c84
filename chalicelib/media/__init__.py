"""Video, sound and text as pure functions of a timeline: paths and values in, files and values out."""
