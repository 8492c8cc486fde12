"""What is measured on: a PostgreSQL of its own, with customers that are loaded once and kept."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path

import asyncpg
import click

from benchmarks.machine import described
from db import embedded
from db.embedded import Addresses
from db.grant import desk
from db.revision import VERSIONS, catch_up
from domain.access import Role
from server import credentials
from server.clock import clock
from server.commands.demo import load_demo
from server.database import database
from server.settings import Settings, read
from server.signals import Signals

KEPT = Path(__file__).parents[1] / ".cache" / "yardstick"
SEED = 1
SAMPLE = 100
COUNTED = "SELECT current_setting('server_version'), count(*) FROM customer"
LIFETIME = timedelta(hours=2)
# Those whose pages are full; the order is no order of anything, and the same each time.
RIDDEN = """
SELECT id FROM customer WHERE deleted_at IS NULL AND completed_rides >= 10
ORDER BY md5(id) LIMIT $1
"""


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the data is, and who asks for which of it."""

    settings: Settings
    addresses: Addresses
    description: str
    operator: str
    """The token of one who works for every fleet."""
    managers: Mapping[str, str]
    """That of one who works for one fleet, by its id."""
    riders: Mapping[str, str]
    """Of each customer in the sample, by its id."""


@contextmanager
def ground(signals: Signals, customers: int, fleets: Sequence[str] = ()) -> Iterator[Ground]:
    """The data, loaded where it is not there yet; its PostgreSQL runs while anybody is in here.

    Of all of the demo's fleets, or of those that are named.
    """
    schema = _fingerprint()
    for other in KEPT.glob("*"):
        if not other.name.startswith(schema):
            _remove(other)
    folder = KEPT / "-".join([schema, str(customers), *fleets])
    alone = {"database_url": None, "owner_url": None, "direct_url": None}
    settings = read(data=folder).model_copy(update=alone)
    with database(settings) as addresses:
        yield signals.run(_prepared(settings, addresses, customers, fleets))


def _fingerprint() -> str:
    """A hash of all that makes the schema."""
    scripts = sorted(path for path in VERSIONS.iterdir() if path.is_file())
    return sha256(b"".join(script.read_bytes() for script in scripts)).hexdigest()[:16]


def _remove(folder: Path) -> None:
    """Leave nothing of data whose schema is no more."""
    embedded.stop(folder)
    shutil.rmtree((folder / "server").resolve(), ignore_errors=True)
    shutil.rmtree(folder)


async def _prepared(
    settings: Settings, addresses: Addresses, customers: int, fleets: Sequence[str]
) -> Ground:
    await catch_up(addresses.owner, addresses.application)
    owner = await asyncpg.connect(addresses.owner)
    try:
        async with desk(addresses.owner) as opened:
            empty = not await opened.fleets()
        if empty:
            click.echo(f"Loading {customers:,} customers, once …")
            await load_demo(addresses.owner, customers, SEED, fleets)
            await owner.execute("VACUUM ANALYZE")
        return await _ground(settings, addresses, owner)
    finally:
        await owner.close()


async def _ground(
    settings: Settings, addresses: Addresses, owner: "asyncpg.Connection[asyncpg.Record]"
) -> Ground:
    issuer = credentials.development(settings)
    async with desk(addresses.owner) as opened:
        fleets = await opened.fleets()
        await owner.execute("SELECT set_config('app.subaccounts', $1, false)", ",".join(fleets))
        sample = [row["id"] for row in await owner.fetch(RIDDEN, SAMPLE)]
        ((postgres, customers),) = await owner.fetch(COUNTED)
        manager = partial(credentials.operator_token, opened, issuer, Role.FLEET_MANAGER)
        rider = partial(credentials.rider_token, opened, issuer)
        return Ground(
            settings,
            addresses,
            described(clock(), postgres, customers),
            await manager((), LIFETIME),
            {id: await manager([id], LIFETIME) for id in fleets},
            {id: await rider(id, LIFETIME) for id in sample},
        )
