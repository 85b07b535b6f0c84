"""Work that is killed: in a process of its own, by SIGKILL, at a point that is counted.

    for point in count():
        if not killed(point, lambda: outbox.deliver(row), youtube):
            break                            # it was done before it came to this point

A point lies before and after every request to a platform, before a transaction begins, before it
commits, and after it has. Between two points nothing happens that anybody else could see.
"""

import os
import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from chalicelib import db
from chalicelib.providers.publisher.youtube import YouTube


def killed(point: int, work: Callable[[], object], youtube: YouTube | None = None) -> bool:
    """Whether the work came to this point, and died of it. Raises when it failed by itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # this process has threads
        child = os.fork()
    if child == 0:
        _die(point, work, youtube)
    _, status = os.waitpid(child, 0)
    died = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    assert died or os.waitstatus_to_exitcode(status) == 0, "the work failed: see its output"
    return died


def _die(point: int, work: Callable[[], object], youtube: YouTube | None) -> None:
    """Do the work up to the point; never comes back."""
    points, enter = count(), db.transaction
    ask = youtube.http if youtube else None

    def reach() -> None:
        if next(points) == point:
            os.kill(os.getpid(), signal.SIGKILL)

    def http(*asked: Any) -> Any:
        assert ask is not None
        reach()
        answer = ask(*asked)
        reach()
        return answer

    @contextmanager
    def transaction(*args: Any, **kwargs: Any) -> Iterator[Any]:
        reach()
        with enter(*args, **kwargs) as tx:
            yield tx
            reach()
        reach()

    code = 1
    try:
        db.transaction = transaction
        if youtube:
            youtube.http = http
        work()
        code = 0
    finally:
        os._exit(code)
