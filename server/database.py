"""Where the database is: by the settings, or one's own in the data folder."""

import asyncio
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from db import embedded
from db.embedded import Addresses, EmbeddedError
from server.failure import Failure, Misconfigured
from server.settings import Settings

IN_USE = "in-use"


@contextmanager
def database(settings: Settings) -> Iterator[Addresses]:
    """The database's addresses. One in the data folder runs while anybody is in here."""
    if settings.database_url or settings.owner_url:
        yield _given(settings)
        return
    try:
        with _shared(settings.data.absolute()) as folder:
            yield _prepared(folder)
    except EmbeddedError as error:
        raise Failure(" ".join(str(error).split())) from error


def _given(settings: Settings) -> Addresses:
    if settings.owner_url is None:
        message = "KICKSTAND_OWNER_URL: is missing, and DATABASE_URL's login owns nothing"
        raise Misconfigured(message)
    if settings.database_url is None:
        message = "DATABASE_URL: is missing, and KICKSTAND_OWNER_URL is not the one to serve from"
        raise Misconfigured(message)
    return Addresses(settings.owner_url, settings.database_url)


def _prepared(folder: Path) -> Addresses:
    cluster = embedded.start(folder)
    try:
        return asyncio.run(embedded.prepare(cluster))
    except (asyncpg.PostgresError, OSError) as error:
        message = f"the PostgreSQL in {folder} cannot be prepared: {error}"
        raise Failure(message) from error


@contextmanager
def _shared(folder: Path) -> Iterator[Path]:
    """A data folder in use, by any number of processes; the last to leave stops its PostgreSQL.

    Whoever comes while that one stops it waits, and starts it again.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(folder / IN_USE, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        message = f"{folder} cannot be written: {error.strerror}"
        raise Failure(message) from error
    fcntl.flock(lock, fcntl.LOCK_SH)
    try:
        yield folder
    finally:
        if _alone(lock):
            embedded.stop(folder)
        os.close(lock)


def _alone(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
