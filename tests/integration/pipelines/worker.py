"""The Lambda of the tests: a process that forks a worker for every invocation.

A worker can be told to die by SIGKILL at a named point, to lose its database connection there, to
kill the whole server, to wait at a gate, or to have its provider fail. One that dies answers
nothing, as on AWS. `PRICE` in its environment is what every call to a provider costs.
"""

import argparse
import json
import os
import resource
import signal
import socket
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

POINTS = (
    "before_claim",
    "after_claim",
    "published",
    "after_effect",
    "before_commit",
    "after_commit",
)
_worked: list[str] = []
"""The steps this worker did itself; of those that were done before it has only the result."""
INSTANT = "tests.integration.pipelines.instant:InstantComposer"


def serve(path: str, log: str) -> None:
    """Answer one request per connection, each in a child of its own, until the parent goes."""
    from chalicelib import pipelines, providers
    from chalicelib.clients import client
    from chalicelib.media import album_check, audio, check, chunk, join, loop, package, thumbnail
    from tests import faults
    from tests.integration.pipelines import instant

    loaded_once = (album_check, audio, check, chunk, join, loop, package, thumbnail)
    assert all((*loaded_once, faults, instant))  # before the first fork
    client("s3")
    providers.REGISTRY["music"]["instant"] = INSTANT
    for capability in (providers.text, providers.voice, providers.image, providers.music):
        capability()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen(64)
        print("ready", flush=True)
        os.dup2(2, 1)  # logs go where pytest shows them: a pipe that nobody reads fills and blocks
        while True:
            connection, _ = server.accept()
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # a worker waits for its own ffmpeg
                _answer(connection, Path(log), pipelines.run_step)
            connection.close()


def _answer(connection: socket.socket, log: Path, run_step: Callable[..., Any]) -> None:
    """Run one step and leave without a trace: no exit handlers, nothing flushed twice."""
    from chalicelib.settings import settings

    try:
        with connection.makefile("rw") as stream:
            request = json.loads(stream.readline())
            os.environ.update(request["env"])
            settings.cache_clear()
            _prepare(request["event"]["step"], request.get("plan") or {}, log)
            try:
                answer = {"result": run_step(request["event"])}
            except Exception as error:
                traceback.print_exc()  # pytest shows it when the test fails
                answer = {"errorType": type(error).__name__, "errorMessage": str(error)}
            stream.write(json.dumps({**answer, "cpu": _cpu(), "worked": len(_worked)}) + "\n")
    finally:
        os._exit(0)


def _cpu() -> float:
    """Seconds of CPU that this worker and what it started have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def _prepare(name: str, plan: Mapping[str, Any], log: Path) -> None:
    """Arrange for what is to happen at `plan["at"]`, and count the provider's answers."""
    from chalicelib import db, providers
    from chalicelib.pipelines import context, paid, runs
    from chalicelib.pipelines.runs import STEPS
    from tests.faults import Faulty

    def reach(point: str) -> None:
        if plan.get("at") == point:
            _happen(plan)

    def around(owner: Any, name: str, before: str | None, after: str | None) -> None:
        inner = getattr(owner, name)

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            if before:
                reach(before)
            answer = inner(*args, **kwargs)
            if after:
                reach(after)
            return answer

        setattr(owner, name, wrapped)

    finish = runs._finish

    def finish_with_points(step: Any, call: Any, claim: Any, ctx: Any, *rest: Any) -> Any:
        _worked.append(step.name)
        reach("after_effect")
        ctx.effects.append(lambda tx: reach("before_commit"))
        answer = finish(step, call, claim, ctx, *rest)
        reach("after_commit")
        return answer

    around(runs, "_claim", "before_claim", "after_claim")
    runs._finish = finish_with_points
    around(paid, "_ask", None, "published")
    if not hasattr(STEPS[name], "__wrapped__"):  # an act: one transaction, no claim
        act, enter = STEPS[name], db.transaction

        @contextmanager
        def transaction(*args: Any, **kwargs: Any) -> Iterator[Any]:
            with enter(*args, **kwargs) as tx:
                reach("after_claim")
                yield tx
                reach("before_commit")

        def acting(call: Any) -> Any:
            reach("before_claim")
            answer = act(call)
            reach("after_commit")
            return answer

        db.transaction = transaction
        STEPS[name] = acting

    if "progress" in plan:

        def beat(ctx: Any, fraction: float = 0.0) -> None:
            if fraction >= plan["progress"]:
                _happen(plan)

        context.StepContext.beat = beat  # type: ignore[method-assign]

    if "MUSIC_PROVIDER" in os.environ:
        providers.music.cache_clear()
    price = Decimal(os.environ["PRICE"]) if "PRICE" in os.environ else None
    for capability in ("text", "voice", "image", "music"):
        provider = getattr(providers, capability)()
        faulty = Faulty(provider, plan.get("provider", ""), asks=price)
        setattr(providers, capability, lambda faulty=faulty: faulty)
    _count(Faulty, log)


def _count(faulty: Any, log: Path) -> None:
    """Write a line for every answer a provider gave, so that even a killed worker's count."""
    from tests.faults import PAID

    inner = faulty.__getattr__

    def counted(self: Any, name: str) -> Any:
        attribute = inner(self, name)
        if name not in PAID:
            return attribute

        def call(*args: Any, **kwargs: Any) -> Any:
            done = self.done
            try:
                return attribute(*args, **kwargs)
            finally:
                if self.done > done:
                    said = repr((name, args, sorted(kwargs.items())))[:2000]
                    with log.open("a") as lines:
                        lines.write(said.replace("\n", " ") + "\n")

        return call

    faulty.__getattr__ = counted


def _happen(plan: Mapping[str, Any]) -> None:
    match plan["do"]:
        case "kill":
            with Path(plan["log"]).open("a") as lines:
                own = {"step": plan["step"], "item": plan["item"], "cpu": _cpu()}
                lines.write(json.dumps(own) + "\n")
            os.kill(os.getpid(), signal.SIGKILL)
        case "wait":
            gate = Path(plan["gate"])
            (gate / "reached").touch()
            while not (gate / "open").exists():
                time.sleep(0.01)
        case "lose_database":
            _terminate_backend()
        case "kill_postgres":
            _kill_postmaster(Path(plan["data"]), plan["signal"])


def _terminate_backend() -> None:
    """Have the server end this worker's connection, as a fail-over would."""
    import psycopg

    from chalicelib.db.connection import connection

    pid = connection().info.backend_pid
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
        gone = other.execute("select pg_terminate_backend(%s, 300_000)", (pid,)).fetchone()
    assert gone == (True,)


def _kill_postmaster(data: Path, signum: int) -> None:
    """End the server of a data directory at once, and wait until it does not answer any more."""
    began = _began()
    os.kill(int((data / "postmaster.pid").read_text().split()[0]), signum)
    while _began() == began:  # another one may answer before anybody looks
        time.sleep(0.01)


def _began() -> object:
    """When the server that answers was started; None when none does."""
    import psycopg

    try:
        with psycopg.connect(os.environ["DATABASE_URL"]) as server:
            return server.execute("select pg_postmaster_start_time()").fetchone()
    except psycopg.OperationalError:
        return None


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.integration.pipelines.worker", description=__doc__
    )
    parser.add_argument("socket", help="where it is asked")
    parser.add_argument("log", help="file that gets a line for every answer of a provider")
    options = parser.parse_args()
    serve(options.socket, options.log)


if __name__ == "__main__":
    main()
