"""What is not HTTP is declared in `app.py`: elsewhere Lambda would run it without middleware."""

import subprocess
import sys

from app import app


def test_everything_but_http_is_declared_in_app():
    declared = [*app.pure_lambda_functions, *app.event_sources]
    assert {entry.handler_string.rpartition(".")[0] for entry in declared} == {"app"}
    assert {entry.name for entry in declared} == {
        "step",
        "media_step",
        "uploads",
        "queue",
        "minute",
        "hourly",
        "daily",
    }


def test_every_route_shares_one_cors_policy():
    assert {id(entry.cors) for entries in app.routes.values() for entry in entries.values()} == {
        id(app.api.cors)
    }


def test_nothing_heavy_is_imported_before_it_is_needed():
    said = subprocess.run(
        [sys.executable, "-c", "import app, sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": ""},
    ).stdout.split()
    heavy = {"numpy", "httpx", "jwt", "cryptography", "PIL", "boto3", "stripe"}
    assert heavy & set(said) == set()
