"""Which of these tests are for which Python."""

import sys

# OpenTimelineIO, which the edit is compared with, has no wheels for 3.14 and later.
collect_ignore = ["test_edit.py"] if sys.version_info >= (3, 14) else []
