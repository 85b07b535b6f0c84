"""Jobs: the making of a project's video, as its user sees it."""
