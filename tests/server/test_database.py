"""The PostgreSQL of a data folder runs as long as a command is in it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from db.embedded import Addresses
from server.database import database
from server.failure import Failure
from server.settings import Settings
from tests import postgres


@pytest.fixture
def folder() -> Iterator[Path]:
    folder = postgres.new_folder()
    yield folder
    postgres.remove(folder)


def login(address: str) -> str:
    """The login that an address really is."""

    async def asked() -> str:
        connection = await asyncpg.connect(address)
        try:
            return str(await connection.fetchval("SELECT session_user"))
        finally:
            await connection.close()

    return asyncio.run(asked())


def test_whoever_leaves_last_stops_it_and_the_next_to_come_starts_it(folder: Path) -> None:
    settings = Settings(data=folder)

    with database(settings) as first:
        with database(settings) as second:
            together = second == first
        alone = login(first.owner), login(first.application)
    with pytest.raises(OSError, match="Connect"):
        login(first.owner)
    with database(settings) as later:
        again = login(later.owner)

    assert together
    assert alone == ("kickstand_owner", "kickstand")
    assert again == "kickstand_owner"


def test_a_database_of_ones_own_is_taken_as_it_is(folder: Path) -> None:
    owner, application = "postgresql://owner@db/fleets", "postgresql://app@db/fleets"

    with database(Settings(data=folder, database_url=application, owner_url=owner)) as addresses:
        assert addresses == Addresses(owner, application)

    assert not [*folder.iterdir()]


def test_a_folder_that_cannot_be_is_told_in_one_line(folder: Path) -> None:
    file = folder / "file"
    file.touch()

    with pytest.raises(Failure, match=f"{file}/data cannot be written: Not a directory"):  # noqa: SIM117
        with database(Settings(data=file / "data")):
            pass
