"""`kickstand migrate` and `kickstand load`: what is in the database."""

from pathlib import Path

from db.load import Kind, Loaded
from db.load import load as write
from db.revision import catch_up, newest
from server.clock import clock
from server.database import database
from server.failure import Failure
from server.load import read
from server.settings import Settings
from server.signals import Signals
from server.told import told

BYTES_MAX = 50_000_000


def migrate(settings: Settings) -> str:
    """Bring the database to the newest revision, and say whether that took anything."""
    with Signals() as signals, database(settings) as addresses, told():
        migrated = signals.run(catch_up(addresses.owner, addresses.application))
    return f"{'migrated to' if migrated else 'already at'} revision {newest()}"


def load(settings: Settings, file: Path) -> str:
    """Write what a file of fleets asks for, and say what that changed (OPS-5)."""
    wanted = read(_text(file), clock())
    with Signals() as signals, database(settings) as addresses, told():
        return _summary(signals.run(write(addresses.owner, wanted)))


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > BYTES_MAX:
            message = f"{file} is longer than {BYTES_MAX} bytes"
            raise Failure(message)
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{file} cannot be read: {getattr(error, 'strerror', None) or 'it is no UTF-8'}"
        raise Failure(message) from error


def _summary(loaded: Loaded) -> str:
    """A line for each kind that the file holds, as in "zones: 2 new, 1 changed"."""
    counts = {
        "new": loaded.new,
        "changed": loaded.changed,
        "gone": loaded.gone,
        "same": loaded.same,
    }
    lines = []
    for kind in Kind:
        told = [f"{count[kind]} {word}" for word, count in counts.items() if count[kind]]
        lines += [f"{kind.value}: {', '.join(told)}"] if told else []
    return "\n".join(lines) or "nothing is in the file"
