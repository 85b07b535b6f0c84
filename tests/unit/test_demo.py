"""The demo's programs tell how a job gets on, and what to do when something is in the way."""

import json
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from uuid import UUID

import pytest

from infra.local import demo
from infra.local.__main__ import main
from infra.local.demo import Api, DemoError
from infra.local.screen import Line, Screen
from infra.local.stack import Stack

COMMANDS = ("demo", "album", "dev", "token", "seed", "stop", "status", "reset")
ANSWERS: dict[str, tuple[int, bytes]] = {
    "/whole": (200, b"whole"),
    "/gone": (404, b"gone"),
}


class Small(BaseHTTPRequestHandler):
    """Two addresses."""

    def do_GET(self) -> None:
        status, body = ANSWERS[self.path]
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Small) as http:
        thread = Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


@pytest.fixture
def silent() -> Iterator[int]:
    """A port that nobody listens at and nobody else can take."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*filter(None, [command]), "--help"])
    assert ended.value.code == 0
    assert "usage: python -m infra.local" in capsys.readouterr().out


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http"])
def test_a_port_that_is_none(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["status", f"--port={port}"])
    assert f"a port is a number from 1 to 65535, not {port}" in capsys.readouterr().err


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit, match=r"file: File exists: make it yours, or choose another"):
        main(["album", "--folder", str(tmp_path / "file")])


def test_a_stack_that_does_not_answer(
    tmp_path: Path, silent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("time.sleep", waits.append)
    with (
        Api(Stack(folder=tmp_path, port=silent), UUID(int=1)) as api,
        pytest.raises(DemoError, match=r"does not answer .*aws\.log says why; `make stop`"),
    ):
        api.get("/v1/me")
    assert len(waits) == demo.PATIENT - 1


def test_a_file_comes_down_whole_or_not_at_all(tmp_path: Path, server: str) -> None:
    with Api(Stack(folder=tmp_path), UUID(int=1)) as api:
        api.download(f"{server}/whole", tmp_path / "out.txt")
        with pytest.raises(DemoError, match=r"lost\.txt cannot be downloaded .*404"):
            api.download(f"{server}/gone", tmp_path / "lost.txt")
    assert (tmp_path / "out.txt").read_bytes() == b"whole"
    assert {path.name for path in tmp_path.glob("*.*")} == {"out.txt", "secrets.json"}


def test_a_broken_note_of_the_user_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / "user.json").write_text('{"id": ')
    assert str(demo.user(tmp_path)) == json.loads((tmp_path / "user.json").read_text())["id"]


def test_a_log_gets_a_line_for_each_quarter_of_a_stage(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen(live=False)
    for percent in (0, 10, 20, 30, 60, 61, 99):
        going = Line("rendering", "started", percent)
        screen.show([Line("planned", "succeeded", 100), going], percent, 75)
    screen.show([Line("rendering", "succeeded", 100, seconds=4.2)], 100, 0)
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in told] == ["planned", *["rendering"] * 5]
    assert told[1].endswith("0 %  1:15 left")
    assert told[-1].split()[-4:] == ["4.2", "s", "100", "%"]
