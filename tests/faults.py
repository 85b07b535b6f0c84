"""Providers that fail by a script: wrap a real one, say how each call ends, count the calls.

    voice = Faulty(providers.voice(), "ok throttled ok unavailable garbage")
    install(monkeypatch, voice=voice)          # chalicelib.providers.voice() now returns it

Each call of a paid method takes the next word of the script; after its end everything is
"ok". `Faulty.seeded` draws a script, so that a failing test can print its seed and be replayed.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Sequence
from decimal import Decimal
from threading import Lock
from typing import Any

import pytest

from chalicelib import errors, providers
from chalicelib.providers.calls import call_key

PAID = frozenset({"research", "write", "plan_album", "titles", "speak", "draw", "compose", "track"})
PRICES = frozenset({"price", "plan_price", "track_price"})


def _raise(error: type[errors.StepError], message: str) -> Callable[[Any], Any]:
    def fault(_call: Callable[[], Any]) -> Any:
        raise error(message)

    return fault


def _garbage(call: Callable[[], Any]) -> Any:
    """What a broken vendor sends: the right type, emptied of content."""
    empty = {"scenes": (), "words": (), "content": "", "data": b"", "title": "", "seconds": 0.0,
             "music": (), "visuals": (), "candidates": ()}  # fmt: skip
    answer = call()
    changes = {f.name: empty[f.name] for f in dataclasses.fields(answer) if f.name in empty}
    if hasattr(answer, "pcm"):
        changes["pcm"] = answer.pcm[:0]
    return dataclasses.replace(answer, **changes)


def _lost(call: Callable[[], Any]) -> Any:
    """The provider did the work (and bills it), but its answer never came."""
    call()
    raise errors.ProviderUnavailable("The answer was lost on its way.")


OUTCOMES: dict[str, Callable[[Callable[[], Any]], Any]] = {
    "ok": lambda call: call(),
    "throttled": _raise(errors.ProviderThrottled, "429: slow down."),
    "unavailable": _raise(errors.ProviderUnavailable, "503: try later."),
    "timeout": _raise(errors.ProviderUnavailable, "No answer within 30 s."),
    "rejected": _raise(errors.ProviderRejected, "This content is refused."),
    "bad_answer": _raise(errors.ProviderGarbage, "The answer is not what was asked for."),
    "garbage": _garbage,
    "lost": _lost,
}


class Faulty:
    """A provider whose paid calls end as scripted.

    `calls` holds (method, arguments) of every paid call, `done` counts those that did the work.
    `before` is called before each paid call, for instance to kill the process or to wait. With
    `keeps` it is a vendor that honours idempotency keys: work done under a key is not done again.
    With `asks` every call has this price.
    """

    def __init__(
        self,
        provider: Any,
        script: str | Sequence[str] = (),
        *,
        forever: str = "ok",
        before: Callable[[str], None] | None = None,
        keeps: bool = False,
        asks: Decimal | None = None,
    ) -> None:
        self.provider = provider
        self.script = script.split() if isinstance(script, str) else list(script)
        self.forever = forever
        self.before = before
        self.keeps = keeps
        self.asks = asks
        self.kept: dict[str, Any] = {}
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.done = 0
        self._lock = Lock()
        unknown = {*self.script, forever} - set(OUTCOMES)
        assert not unknown, f"no such outcome: {unknown}"

    @classmethod
    def seeded(
        cls, provider: Any, seed: int, *, calls: int, rate: float = 0.3, faults: Sequence[str] = ()
    ) -> Faulty:
        """`calls` outcomes drawn by `seed`, each a fault with probability `rate`."""
        draw = random.Random(seed)
        kinds = list(faults) or ["throttled", "unavailable", "lost"]
        script = [draw.choice(kinds) if draw.random() < rate else "ok" for _ in range(calls)]
        return cls(provider, script)

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self.provider, name)
        if name in PRICES and self.asks is not None:
            return lambda *asked: self.asks
        if name not in PAID:
            return attribute

        def scripted(*args: Any, **kwargs: Any) -> Any:
            with self._lock:
                number = len(self.calls)
                self.calls.append((name, (*args, *sorted(kwargs.items()))))
            if self.before:
                self.before(name)
            outcome = self.script[number] if number < len(self.script) else self.forever

            def work() -> Any:
                key = call_key() if self.keeps else None
                if key in self.kept:
                    return self.kept[key]
                answer = attribute(*args, **kwargs)
                with self._lock:
                    self.done += 1
                    if key:
                        self.kept[key] = answer
                return answer

            return OUTCOMES[outcome](work)

        return scripted


def install(monkeypatch: pytest.MonkeyPatch, **replacements: Any) -> None:
    """Make `chalicelib.providers.<capability>()` return these for the length of a test."""
    for capability, provider in replacements.items():
        assert capability in providers.REGISTRY, capability
        monkeypatch.setattr(providers, capability, lambda provider=provider: provider)
