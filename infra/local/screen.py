"""How a job gets on: a line per stage, drawn again on a terminal, told by quarters elsewhere."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

State = Literal["pending", "started", "succeeded", "failed"]
MARKS: dict[State, str] = {"pending": "·", "started": "▸", "succeeded": "✓", "failed": "✗"}


@dataclass(frozen=True)
class Line:
    """One stage. `seconds` is what it took, once that is known."""

    name: str
    state: State
    percent: int
    done: int = 0
    total: int = 1
    seconds: float | None = None

    def __str__(self) -> str:
        items = f"{self.done}/{self.total}" if self.total > 1 else ""
        bar = "█" * (self.percent // 5)
        took = f"{self.seconds:.1f} s" if self.seconds is not None else ""
        return f"  {MARKS[self.state]} {self.name:<16} {bar:<20} {items:>7} {took:>8}"


@dataclass
class Screen:
    """The lines of one job."""

    live: bool = field(default_factory=sys.stdout.isatty)
    _drawn: int = 0
    _told: set[tuple[str, State, int]] = field(default_factory=set)

    def show(self, lines: Sequence[Line], progress: int, seconds_left: int | None) -> None:
        """Show how far the job is; `seconds_left` is left out when nobody knows."""
        left = f"{clock(seconds_left)} left" if seconds_left else ""
        if self.live:
            drawn = [*map(str, lines), f"  {progress:3d} %  {left}"]
            above = f"\033[{self._drawn}F\033[J" if self._drawn else ""
            print(above, "\n".join(drawn), sep="", flush=True)
            self._drawn = len(drawn)
            return
        for line in lines:
            news = (line.name, line.state, line.percent // 25 if line.state == "started" else 0)
            if line.state != "pending" and news not in self._told:
                self._told.add(news)
                print(f"{line}  {progress} %  {left}".rstrip(), flush=True)


def size(count: int) -> str:
    """Bytes for people."""
    return f"{count / 1e6:.1f} MB" if count >= 1e5 else f"{count / 1e3:.1f} kB"


def clock(seconds: float) -> str:
    """Minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
