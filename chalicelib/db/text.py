"""What Postgres's text cannot hold: NUL, and half a surrogate pair."""

import re

UNSTORABLE = re.compile("[\0\ud800-\udfff]")
