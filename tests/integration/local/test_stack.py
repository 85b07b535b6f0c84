"""What can go wrong when the stack comes up is said in one sentence, with the remedy."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import psutil
import pytest

from infra.local import demo, issuer, venv
from infra.local.__main__ import main
from infra.local.stack import Stack, StackError


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_taken_port(tmp_path: Path, taken_port: int) -> None:
    with pytest.raises(StackError, match=f"PORT={taken_port + 1}"):
        Stack(folder=tmp_path, port=taken_port).start_aws()


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=5e8))
    with pytest.raises(StackError, match=r"0\.5 GB of disk are free"):
        Stack(folder=tmp_path).up(print)


def test_a_stack_that_is_up_on_another_port(tmp_path: Path) -> None:
    me = psutil.Process(os.getpid())
    facts = {"pid": me.pid, "started": me.create_time(), "port": 4567}
    (tmp_path / "stack.json").write_text(json.dumps(facts))
    assert Stack(folder=tmp_path).port == 4567
    with pytest.raises(StackError, match="on port 4567: `make stop`"):
        Stack(folder=tmp_path, port=4568).running()


def test_a_process_that_took_over_the_number_is_not_taken_for_the_stack(tmp_path: Path) -> None:
    facts = {"pid": os.getpid(), "started": 1.0, "port": 4567}
    (tmp_path / "stack.json").write_text(json.dumps(facts))
    assert Stack(folder=tmp_path).process() is None
    assert Stack(folder=tmp_path).describe()[0].endswith("stopped")


def test_a_stack_is_watched_until_its_process_ends_not_until_it_is_slow(
    tmp_path: Path, taken_port: int
) -> None:
    """The port takes connections and answers nothing, as one of a busy machine does for a while."""
    stack, naps = Stack(folder=tmp_path, port=taken_port), 0

    def sleep(seconds: float) -> None:
        nonlocal naps
        naps += 1
        if naps == 3:
            child.kill()
            os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)

    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        known = {"pid": child.pid, "started": psutil.Process(child.pid).create_time()}
        (tmp_path / "stack.json").write_text(json.dumps({**known, "port": taken_port}))
        with pytest.raises(StackError, match="MiniStack ended"):
            stack.watch(sleep)
    assert naps == 3


def test_an_unreadable_transcript(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="cannot be read as text"):
        main(["demo", "--folder", str(tmp_path), "--transcript", str(tmp_path / "none.txt")])


@pytest.mark.parametrize(("version", "extreme"), [((3, 9, 1), "old"), ((3, 99, 0), "new")])
def test_a_python_that_will_not_do(
    version: tuple[int, ...], extreme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "python3.12"
    broken.write_text("#!/bin/sh\nexit 127\n")
    broken.chmod(0o755)
    monkeypatch.setattr("sys.version_info", version)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match=rf"is too {extreme}: install Python 3\.11 to 3\.14 and"):
        venv.main([])


@pytest.mark.parametrize("version", [venv.OLDEST, venv.NEWEST])
def test_a_python_that_will_do(
    version: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes on to what is installed, once for the same pins; another Python is not looked for."""
    installed: list[str] = []
    monkeypatch.setattr("sys.version_info", (*version, 0))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(venv, "install", lambda: installed.append(venv.pins()))
    monkeypatch.setattr(venv, "installed", lambda: "".join(installed))
    venv.main([])
    venv.main([])
    assert installed == [venv.pins()]


def test_whatever_ends_a_stack_in_the_foreground_ends_it_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where nobody hears Ctrl-C, as in the background of a script."""
    ended: list[Path] = []

    def watch(stack: Stack) -> None:
        signal.raise_signal(signal.SIGTERM)
        pytest.fail("it goes on")

    monkeypatch.setattr(Stack, "up", lambda stack, say: {})
    monkeypatch.setattr(Stack, "watch", watch)
    monkeypatch.setattr(Stack, "down", lambda stack: ended.append(stack.folder))
    monkeypatch.setattr("infra.local.__main__._furnish", lambda stack, user: None)
    before = [(one, signal.getsignal(one)) for one in (signal.SIGINT, signal.SIGTERM)]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        main(["dev", "--folder", str(tmp_path)])
    finally:
        for one, handler in before:
            signal.signal(one, handler)
    assert ended == [tmp_path]
    assert capsys.readouterr().out.endswith("stopping …\n")


def test_secrets_are_made_once_and_closed_to_others(tmp_path: Path) -> None:
    made = Stack(folder=tmp_path).secret("jwt")
    assert len(made) >= 32
    assert Stack(folder=tmp_path).secret("jwt") == made
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600


def test_the_demo_user_stays_the_same_until_another_is_wanted(tmp_path: Path) -> None:
    first = demo.user(tmp_path)
    assert demo.user(tmp_path) == first
    second = demo.user(tmp_path, another=True)
    assert demo.user(tmp_path) == second != first


def test_a_token_of_another_user_is_of_a_new_one_unless_one_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import jwt

    named = UUID(int=7)
    for more in ([], [], ["--user", str(named), "--email", "a@example.com"]):
        main(["token", "--folder", str(tmp_path), *more])
    secret = Stack(folder=tmp_path).secret("jwt")
    one, other, third = (
        jwt.decode(token, secret, algorithms=["HS256"], audience="authenticated")
        for token in capsys.readouterr().out.split()
    )
    assert len({one["sub"], other["sub"], third["sub"]}) == 3
    assert (third["sub"], third["email"]) == (str(named), "a@example.com")


def test_a_development_token_is_what_the_api_takes() -> None:
    import jwt

    secret, who = "s" * 32, UUID(int=7)
    claims = jwt.decode(
        issuer.token(secret, who, email="a@example.com"),
        secret,
        algorithms=["HS256"],
        audience="authenticated",
        issuer=issuer.ISSUER,
    )
    assert claims["sub"] == str(who)
    assert claims["exp"] - claims["iat"] == 24 * 3600
