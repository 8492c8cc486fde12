"""The one clock of a process."""

from datetime import UTC, datetime


def clock() -> datetime:
    """Now; everything else is told the time."""
    return datetime.now(UTC)
