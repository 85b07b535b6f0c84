"""The credit ledger again, in plain Python: what the database must agree with, entry by entry.

Time is whole hours that pass when a test says so; within an hour, later operations are later.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from chalicelib.errors import IllegalMove, InvalidInput, NotFound


class Moment(NamedTuple):
    hour: int
    step: int


NEVER = Moment(10**9, 0)


@dataclass
class Lot:
    kind: str
    amount: int
    remaining: int
    priority: int
    expires: Moment

    @property
    def drawn_after(self) -> tuple[int, Moment, bool]:
        return self.priority, self.expires, self.kind == "purchase"


@dataclass
class Hold:
    amount: int
    expires: Moment
    draws: list[tuple[Lot, int]]
    status: str = "open"
    settled: int | None = None
    used_from: list[Lot] = field(default_factory=list)
    refunded: int = 0


@dataclass
class Purchase:
    lot: Lot
    revoked: int = 0


class Entry(NamedTuple):
    type: str
    amount: int
    balance_after: int
    held_after: int


@dataclass
class Account:
    """One user's books. Methods answer what the functions of their names answer, or raise."""

    hour: int = 0
    step: int = 0
    available: int = 0
    held: int = 0
    entries: list[Entry] = field(default_factory=list)
    lots: list[Lot] = field(default_factory=list)
    holds: dict[str, list[Hold]] = field(default_factory=dict)
    keys: dict[str, tuple[object, ...]] = field(default_factory=dict)
    purchases: dict[str, Purchase] = field(default_factory=dict)
    debts: list[int] = field(default_factory=list)

    def add(
        self,
        kind: str,
        amount: int,
        key: str,
        hours: int | None,
        priority: int,
        payment: str | None = None,
    ) -> None:
        self._lock()
        if self._repeated(key, kind, amount, payment):
            return
        lot = self._open(kind, amount, priority, self._in(hours))
        if payment:
            self.purchases[payment] = Purchase(lot)

    def reserve(self, job: str, amount: int) -> bool:
        if amount <= 0:
            raise InvalidInput
        self._lock()
        live = [hold for hold in self.holds.get(job, []) if hold.status in ("open", "settled")]
        if live:
            if live[0].status == "open" and live[0].amount == amount:
                return True
            raise IllegalMove
        if self.available < amount:
            return False
        draws, need = [], amount
        for lot in sorted(self.lots, key=lambda lot: lot.drawn_after):
            if lot.remaining and need:
                taken = min(need, lot.remaining)
                lot.remaining -= taken
                draws.append((lot, taken))
                need -= taken
        self.holds.setdefault(job, []).append(Hold(amount, self._in(24), draws))
        self._post("reserve", -amount, amount)
        return True

    def resolve(self, job: str, status: str, final: int) -> int:
        if final < 0:
            raise InvalidInput
        if job not in self.holds:
            raise NotFound
        hold = self.holds[job][-1]
        used = min(final, hold.amount)
        self._lock()
        if hold.status != "open":
            if (hold.settled or 0) == used and (hold.status == "settled") == (status == "settled"):
                return used
            raise IllegalMove
        hold.status = status
        self._post("reserve", hold.amount, -hold.amount)
        if used:
            self._post("usage", -used)
        rest = used
        for lot, drawn in hold.draws:
            taken = min(rest, drawn)
            lot.remaining += drawn - taken
            rest -= taken
            if taken:
                hold.used_from.append(lot)
        if status == "settled":
            hold.settled = used
        self._lock()
        return used

    def refund(self, job: str, amount: int, key: str) -> None:
        hold = self.holds[job][-1] if job in self.holds else None
        if hold is None or not hold.settled:
            raise NotFound
        self._lock()
        if self._repeated(key, "refund", amount, job):
            return
        if hold.refunded + amount > hold.settled:
            raise InvalidInput
        hold.refunded += amount
        lasts = max(lot.expires for lot in hold.used_from)
        self._open("refund", amount, 0, max(lasts, self._in(30 * 24)))

    def revoke(self, payment: str, amount: int, key: str) -> int:
        if amount <= 0:
            raise InvalidInput
        if payment not in self.purchases:
            raise NotFound
        bought = self.purchases[payment]
        self._lock()
        if key in self.keys:
            if self.keys[key][:2] != ("revoke", amount):
                raise InvalidInput
            answer = self.keys[key][2]
            assert isinstance(answer, int)
            return answer
        if bought.revoked + amount > bought.lot.amount:
            raise InvalidInput
        bought.revoked += amount
        taken = min(bought.lot.remaining, amount)
        if taken:
            bought.lot.remaining -= taken
            self._post("expire", -taken)
        if bought.revoked == bought.lot.amount:
            bought.lot.expires = self._in(0)
        if amount > taken:
            self.debts.append(amount - taken)
        self.keys[key] = ("revoke", amount, taken)
        return taken

    def renew(self, amount: int, cap: int, key: str, hours: int) -> None:
        self._lock()
        if self._repeated(key, "subscription", amount, None):
            return
        keep, period_end = cap, self._in(hours)
        old = [lot for lot in self.lots if lot.kind == "subscription" and lot.remaining]
        old.reverse()
        old.sort(key=lambda lot: lot.expires, reverse=True)
        for lot in old:
            left = lot.remaining
            if left > keep:
                lot.remaining = keep
                self._post("expire", keep - left)
            if keep:
                lot.expires = lot.expires if lot.expires == NEVER else max(lot.expires, period_end)
            keep = max(keep - left, 0)
        self._open("subscription", amount, 50, period_end)

    def expire(self) -> int:
        before = self.available
        self._lock()
        return before - self.available

    def time_out(self) -> int:
        due = [
            job
            for job, holds in self.holds.items()
            if holds[-1].status == "open" and holds[-1].expires.hour <= self.hour
        ]
        for job in due:
            self.resolve(job, "timed_out", 0)
        return len(due)

    def _in(self, hours: int | None) -> Moment:
        return NEVER if hours is None else Moment(self.hour + hours, self.step)

    def _lock(self) -> None:
        for lot in sorted(self.lots, key=lambda lot: lot.expires):
            if lot.remaining and lot.expires.hour <= self.hour:
                lost, lot.remaining = lot.remaining, 0
                self._post("expire", -lost)

    def _open(self, kind: str, amount: int, priority: int, expires: Moment) -> Lot:
        lot = Lot(kind, amount, amount, priority, expires)
        self.lots.append(lot)
        self._post(kind, amount)
        return lot

    def _post(self, kind: str, amount: int, held: int = 0) -> None:
        self.available += amount
        self.held += held
        self.entries.append(Entry(kind, amount, self.available, self.held))

    def _repeated(self, key: str, *what: object) -> bool:
        if key in self.keys and self.keys[key] != what:
            raise InvalidInput
        repeated = key in self.keys
        self.keys[key] = what
        return repeated
