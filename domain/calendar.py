"""Days and months as the people of a fleet count them: by its own clock (GEN-5)."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def local_date(at: datetime, timezone: str) -> date:
    """The calendar day of an instant, where the fleet is."""
    return at.astimezone(ZoneInfo(timezone)).date()


def midnight(day: date, timezone: str) -> datetime:
    """The instant at which a calendar day begins, where the fleet is."""
    return datetime.combine(day, time(), ZoneInfo(timezone)).astimezone(UTC)


def month_start(at: datetime, timezone: str) -> datetime:
    """The instant at which the calendar month of an instant begins, where the fleet is."""
    return midnight(local_date(at, timezone).replace(day=1), timezone)
