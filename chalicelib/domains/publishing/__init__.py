"""Albums made public: checked, uploaded, measured; titles and thumbnails rotated for tests."""
