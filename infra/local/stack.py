"""Bring the laptop's stack up, say what is up, take it down.

Everything it keeps is below one folder, `.showrunner/` unless told otherwise: rows, objects,
logs, the development secrets, and `stack.json`, which says what is running.
"""

import fcntl
import json
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import httpx
import psutil
from botocore.config import Config
from botocore.exceptions import ClientError

from infra.deploy import DeployError, deploy
from infra.local import aws, issuer, migrate, postgres
from infra.local.migrate import MigrationError
from infra.package import ROOT, PackagingError, package, sources_digest

API_ID = "showrunner"
STACK = "showrunner"
DEFAULT_PORT = 4566
ARTIFACTS = "showrunner-artifacts"
MAIL_FROM = "studio@showrunner.example"
FREE_NEEDED = 1_000_000_000
START_SECONDS, STOP_SECONDS = 120, 120
"""Until it answers; until it has saved its state."""
ANSWER_SECONDS = 30
"""A busy machine keeps an answer waiting; a stack that gives none this long is started anew."""
Say = Callable[[str], None]


class StackError(Exception):
    """The stack cannot do that; the message is one sentence with the remedy."""


@dataclass
class Stack:
    """A stack on this machine: its folder, its port, and what `stack.json` remembers."""

    folder: Path = ROOT / ".showrunner"
    port: int = 0
    """0 takes the port it had last."""
    real_layers: bool = False
    settings: dict[str, str] = field(default_factory=dict)
    """Template parameters that differ from the defaults."""
    _child: "subprocess.Popen[bytes] | None" = None
    """MiniStack, when this process started it."""

    def __post_init__(self) -> None:
        self.port = self.port or self._known().get("port", DEFAULT_PORT)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        return f"{self.endpoint}/_aws/execute-api/{API_ID}/api"

    @property
    def database(self) -> postgres.Server:
        """The Postgres of this folder, up or not."""
        return postgres.Server((self.folder / "postgres").resolve())

    def session(self) -> Any:
        """A boto3 session whose clients speak to this stack."""
        return LocalSession(self.endpoint)

    def up(self, say: Say) -> dict[str, str]:
        """Start what is not running, migrate, deploy what changed; return the outputs.

        Safe to call again and from two shells at once. Raises `StackError`.
        """
        self._check_disk()
        with self._locked():
            data = self.folder / "postgres"
            if not postgres.is_up(data):
                say("starting Postgres")
            server = postgres.start(data)
            try:
                migrate.migrate(server.admin_url)
            except MigrationError as error:
                raise StackError(f"{error} `make reset` starts over with an empty one.") from error
            if not self.running():
                say("starting AWS (MiniStack)")
                self.stop_aws()
                self.start_aws()
            return self._deploy(server.url, say)

    def down(self) -> None:
        """Stop everything; rows and objects stay."""
        with self._locked():
            self.stop_aws()
            postgres.stop(self.folder / "postgres")

    def reset(self) -> None:
        """Stop everything and delete rows, objects and secrets."""
        if self.folder.exists():
            self.down()
            shutil.rmtree(self.folder)

    def running(self) -> bool:
        """Is this folder's MiniStack up and answering? Raises `StackError` on another port."""
        if self.process() is None:
            return False
        port = self._known()["port"]
        if port != self.port:
            raise StackError(f"The stack is up on port {port}: `make stop` ends it.")
        return _answers(self.endpoint)

    def watch(self, sleep: Callable[[float], None] = time.sleep) -> None:
        """Wait until the stack ends by itself, however slow it is. Raises `StackError` then."""
        while self.process():
            sleep(1)
        raise StackError(
            f"MiniStack ended: {self.folder}/logs/aws.log says why; then run this again."
        )

    def describe(self) -> list[str]:
        """What runs, in lines for people."""
        process = self.process()
        if process is None:
            return ["AWS       stopped", f"Folder    {self.folder}"]
        family = [process, *process.children(recursive=True)]
        memory = sum(member.memory_info().rss for member in family) / 1e6
        return [
            f"AWS       {self.endpoint}, process {process.pid}, "
            f"{len(family) - 1} workers, {memory:.0f} MB",
            f"API       {self.api_url}",
            f"Folder    {self.folder}",
        ]

    def secret(self, name: str) -> str:
        """A development secret, made once and kept in the folder."""
        path = self.folder / "secrets.json"
        kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        if name not in kept:
            kept[name] = secrets.token_urlsafe(32)
            path.touch(mode=0o600)
            path.write_text(json.dumps(kept, indent=2))
        return kept[name]

    def _deploy(self, database_url: str, say: Say) -> dict[str, str]:
        parameters = {
            "DatabaseUrl": database_url,
            "JwtSecret": self.secret("jwt"),
            "JwtIssuer": issuer.ISSUER,
            "CursorSecret": self.secret("cursor"),
            "StripeWebhookSecret": f"whsec_{self.secret('stripe')}",
            "ApiUrl": self.api_url,
            "MailFrom": MAIL_FROM,
            **self.settings,
        }
        wanted = json.dumps([sources_digest(), self.real_layers, parameters])
        known = self._known()
        if known.get("deployed") == wanted and self._deployed():
            outputs: dict[str, str] = known["outputs"]
            return outputs
        session = self.session()
        try:
            say("packaging the application")
            template = package(self.folder / "package", stage="local", layers=self.real_layers)
            say("deploying the template")
            session.client("s3").create_bucket(Bucket=ARTIFACTS)
            outputs = deploy(
                template,
                stack=STACK,
                bucket=ARTIFACTS,
                parameters=parameters,
                session=session,
                tags={"ms-custom-id": API_ID},
            )
            session.client("ses").verify_email_identity(EmailAddress=MAIL_FROM)
        except (PackagingError, DeployError) as error:
            raise StackError(str(error)) from error
        self._remember(deployed=wanted, outputs=outputs)
        return outputs

    def start_aws(self) -> None:
        """Start MiniStack and wait until it answers. Raises `StackError`."""
        for name in ("state", "objects", "tmp", "logs"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        if _taken(self.port):
            raise StackError(
                f"Port {self.port} is taken by another program: "
                f"choose another one with PORT={self.port + 1}."
            )
        shutil.rmtree(self.folder / "tmp")
        (self.folder / "tmp").mkdir()
        self._bury()
        log = self.folder / "logs" / "aws.log"
        with log.open("a") as out:
            child = self._child = subprocess.Popen(
                [sys.executable, "-m", "infra.local.aws"],
                cwd=ROOT,
                env=aws.environment(self.folder, self.port, real_layers=self.real_layers),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is ours: the stack ends in order
            )
        self._remember(
            pid=child.pid, started=psutil.Process(child.pid).create_time(), port=self.port
        )
        deadline = time.monotonic() + START_SECONDS
        while not _answers(self.endpoint):
            if child.poll() is not None or time.monotonic() > deadline:
                raise StackError(f"MiniStack did not start: {log} says why; then run this again.")
            time.sleep(0.05)

    def stop_aws(self) -> None:
        """Let MiniStack save its state and end."""
        process = self.process()
        if process:
            process.terminate()
            _, alive = psutil.wait_procs([process], timeout=STOP_SECONDS)
            for stuck in alive:
                stuck.kill()
        self._bury()

    def _bury(self) -> None:
        """Wait for a MiniStack of ours that has ended."""
        if self._child:
            self._child.wait()
            self._child = None

    def _deployed(self) -> bool:
        """Is the stack still there? It is not after a crash before the first save."""
        try:
            found = self.session().client("cloudformation").describe_stacks(StackName=STACK)
        except ClientError:
            return False
        return str(found["Stacks"][0]["StackStatus"]).endswith("_COMPLETE")

    def process(self) -> psutil.Process | None:
        """This folder's MiniStack, if it runs."""
        known = self._known()
        try:
            process = psutil.Process(known["pid"])
            same = abs(process.create_time() - known["started"]) < 1
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except (KeyError, psutil.NoSuchProcess):
            return None

    def _known(self) -> dict[str, Any]:
        path = self.folder / "stack.json"
        return json.loads(path.read_text()) if path.exists() else {}

    def _remember(self, **facts: Any) -> None:
        path = self.folder / "stack.json"
        unfinished = path.with_suffix(".new")
        unfinished.write_text(json.dumps({**self._known(), **facts}, indent=2))
        unfinished.rename(path)

    def _check_disk(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self.folder).free
        if free < FREE_NEEDED:
            raise StackError(
                f"Only {free / 1e9:.1f} GB of disk are free and the stack needs 1: make room."
            )

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


class LocalSession:
    """A boto3 session that speaks to one address."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._session = boto3.Session("local", "local", region_name="us-east-1")

    def client(self, name: str) -> Any:
        return self._session.client(
            name,
            endpoint_url=self._endpoint,
            config=Config(s3={"addressing_style": "path"}, read_timeout=300),
        )


def _answers(endpoint: str) -> bool:
    try:
        return httpx.get(f"{endpoint}/_ministack/health", timeout=ANSWER_SECONDS).is_success
    except httpx.HTTPError:
        return False


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
