"""Days as YouTube counts them: they begin at midnight of Pacific time."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/Los_Angeles")


def day_of(moment: datetime) -> date:
    """The day in which a moment lies."""
    return moment.astimezone(ZONE).date()


def begin(day: date) -> datetime:
    """When a day begins."""
    return datetime.combine(day, time(), ZONE)


def next_midnight(moment: datetime) -> datetime:
    """When the day after a moment's begins: quotas are given anew then."""
    return begin(day_of(moment) + timedelta(days=1))
