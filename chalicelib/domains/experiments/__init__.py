"""Tests of titles and thumbnails: planned to finish, decided once, by the test that is right."""
