"""The laptop's stack: `python -m infra.local demo|album|dev|token|seed|stop|status|reset`."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from errno import ENOSPC
from pathlib import Path
from uuid import UUID, uuid4

from infra.local import album, demo, issuer, postgres
from infra.local.postgres import PostgresError
from infra.local.seed import SeedError, load
from infra.local.stack import Stack, StackError

SETTINGS = {
    "RENDER_HEIGHT": "RenderHeight",
    "RENDER_FPS": "RenderFps",
    "ALBUM_HEIGHT": "AlbumHeight",
}
"""Settings that the environment may change here, and the template's name for them."""


def main(arguments: Sequence[str] | None = None) -> None:
    options = _parser().parse_args(arguments)
    stack = Stack(
        folder=options.folder.resolve(),
        port=options.port,
        settings={SETTINGS[k]: v for k, v in os.environ.items() if k in SETTINGS},
    )
    try:
        options.run(stack, options)
    except (StackError, PostgresError, SeedError, demo.DemoError) as error:
        sys.exit(f"\n{error}")
    except KeyboardInterrupt:
        print("\nWhat runs goes on: `make status` says what, `make stop` ends it.", file=sys.stderr)
        sys.exit(130)
    except OSError as error:
        if error.errno == ENOSPC:
            sys.exit("\nThe disk is full: make room and run this again.")
        if error.filename is None:
            raise
        sys.exit(f"\n{error.filename}: {error.strerror}: make it yours, or choose another folder.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--port", type=_port, default=0, metavar="1-65535", help="the stack's port (as last; 4566)"
    )
    common.add_argument(
        "--folder", type=Path, default=Path(".showrunner"), help="rows and objects (%(default)s)"
    )
    commands = parser.add_subparsers(required=True, metavar="command")

    one = commands.add_parser("demo", parents=[common], help="make a video from a prompt")
    one.add_argument("--prompt", default=demo.PROMPT, help="what the video is about")
    one.add_argument(
        "--minutes",
        type=int,
        default=1,
        choices=range(1, 11),
        metavar="1-10",
        help="length (%(default)s)",
    )
    one.add_argument("--niche", default="science", choices=demo.NICHES, help="(%(default)s)")
    one.add_argument("--format", default="16:9", choices=demo.FORMATS, help="(%(default)s)")
    one.add_argument("--transcript", type=Path, help="a text file to narrate word for word")
    one.set_defaults(run=_demo)

    hour = commands.add_parser(
        "album", parents=[common], help="make an hour of music over pictures"
    )
    hour.add_argument("--niche", default=album.NICHE, help="what it is about (%(default)s)")
    hour.add_argument("--mood", default=album.MOOD, help="how it feels (%(default)s)")
    hour.add_argument(
        "--minutes",
        type=int,
        default=60,
        choices=album.MINUTES,
        metavar="60-90",
        help="(%(default)s)",
    )
    hour.add_argument("--style", default=album.STYLE, help="how pictures look (%(default)s)")
    hour.add_argument("--living", default="drift", choices=album.LIVING, help="(%(default)s)")
    hour.set_defaults(run=_album)

    commands.add_parser(
        "dev", parents=[common], help="run until Ctrl-C; rows and objects survive"
    ).set_defaults(run=_dev)
    token = commands.add_parser(
        "token",
        parents=[common],
        help="print a token of another user",
        description="Print a token of a user of this stack, good for a day: of a new user, unless"
        " --user names one.",
    )
    token.add_argument("--user", type=UUID, metavar="UUID", help="whose: the token's `sub`")
    token.add_argument("--email", help="the user's address")
    token.set_defaults(run=_token)
    seed = commands.add_parser(
        "seed",
        parents=[common],
        help="load the demo studio for a user",
        description="Load sql/seed.sql, a demo studio with rows in every table, for one user. A"
        " user who has one is left alone. Without a database of your own it goes into the stack's"
        " database, for the user that `make dev` prints a token of.",
    )
    seed.add_argument(
        "--database",
        metavar="URL",
        default=os.environ.get("OWNER_DATABASE_URL"),
        help="migrated database, as the role that owns its schema (OWNER_DATABASE_URL)",
    )
    seed.add_argument("--user", type=UUID, metavar="UUID", help="who gets it: the token's `sub`")
    seed.add_argument("--email", help="address of a user the database does not know yet")
    seed.set_defaults(run=_seed)

    commands.add_parser("stop", parents=[common], help="stop what runs").set_defaults(run=_stop)
    commands.add_parser("status", parents=[common], help="say what runs").set_defaults(run=_status)
    reset = commands.add_parser("reset", parents=[common], help="stop; delete rows and objects")
    reset.add_argument("--yes", action="store_true", help="do not ask")
    reset.set_defaults(run=_reset)
    return parser


def _port(text: str) -> int:
    if not (text.isdecimal() and 0 < int(text) < 65_536):
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to 65535, not {text}")
    return int(text)


def _demo(stack: Stack, options: argparse.Namespace) -> None:
    project = demo.project(
        prompt=options.prompt,
        minutes=options.minutes,
        niche=options.niche,
        format=options.format,
        transcript=options.transcript,
    )
    stack.up(_say)
    demo.run(stack, project)


def _album(stack: Stack, options: argparse.Namespace) -> None:
    order = album.order(
        niche=options.niche,
        mood=options.mood,
        minutes=options.minutes,
        style=options.style,
        living=options.living,
    )
    stack.up(_say)
    album.run(stack, order)


def _dev(stack: Stack, options: argparse.Namespace) -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    stack.up(_say)
    try:
        user = demo.user(stack.folder)
        _furnish(stack, user)
        token = issuer.token(stack.secret("jwt"), user, email=demo.EMAIL)
        print(
            f"""
API      {stack.api_url}
Docs     {stack.api_url}/docs
Token    {token}
Logs     {stack.folder}/logs/functions.log

export TOKEN={token}
curl {stack.api_url}/v1/health
curl -H "Authorization: Bearer $TOKEN" {stack.api_url}/v1/me
curl -H "Authorization: Bearer $TOKEN" "{stack.api_url}/rest/v1/campaigns?select=name,status"
curl -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \\
     -H "Idempotency-Key: {uuid4()}" {stack.api_url}/v1/projects \\
     -d '{{"title": "The deep sea", "prompt_text": "{demo.PROMPT}", "niche_preset": "science"}}'

Ctrl-C stops it; rows and objects stay.""",
            flush=True,
        )
        stack.watch()
    except KeyboardInterrupt:
        print("\nstopping …", flush=True)
    finally:
        stack.down()


def _furnish(stack: Stack, user: UUID) -> None:
    """Give the demo user a studio, once. A stack without one is as good to develop with."""
    try:
        if load(stack.database.admin_url, user, email=demo.EMAIL):
            print("· loaded the demo studio", flush=True)
    except SeedError as error:
        print(f"· {error}", flush=True)


def _token(stack: Stack, options: argparse.Namespace) -> None:
    user = options.user or uuid4()
    email = options.email or f"{user}@showrunner.example"
    stack.folder.mkdir(parents=True, exist_ok=True)
    print(issuer.token(stack.secret("jwt"), user, email=email))


def _seed(stack: Stack, options: argparse.Namespace) -> None:
    if options.database and options.user is None:
        raise SeedError("Say whose studio it is: --user with the user's id.")
    url = options.database or postgres.start(stack.folder / "postgres").admin_url
    user = options.user or demo.user(stack.folder)
    email = options.email or (None if options.database else demo.EMAIL)
    if load(url, user, email=email):
        print(f"Loaded the demo studio of {user}.")
    else:
        print(f"Nothing to do: {user} has the demo studio.")


def _stop(stack: Stack, options: argparse.Namespace) -> None:
    stack.down()
    print("Stopped; rows and objects stay.")


def _status(stack: Stack, options: argparse.Namespace) -> None:
    for line in stack.describe():
        print(line)


def _reset(stack: Stack, options: argparse.Namespace) -> None:
    if not options.yes and input(f"Delete everything in {stack.folder}? [y/N] ") != "y":
        return
    stack.reset()
    print("Deleted rows, objects and secrets.")


def _say(what: str) -> None:
    print(f"· {what} …", flush=True)


if __name__ == "__main__":
    main()
