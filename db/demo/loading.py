"""Writing the demo into a database that is migrated: all of it or nothing."""

import asyncio
from collections.abc import Iterator
from datetime import datetime

import asyncpg

from db.demo import bulk
from db.demo.columns import COLUMNS
from db.demo.story import Demo, Story
from db.demo.world import Rows
from db.invariants import broken

ISSUER = "kickstand-development"
PARKED = (
    "UPDATE vehicle SET status = $1, latitude = $2, longitude = $3"
    " WHERE subaccount_id = $4 AND id = $5"
)
REDEEMED = "UPDATE promo_code SET redemptions = $1 WHERE subaccount_id = $2 AND id = $3"
KNOWN = "SELECT EXISTS (SELECT FROM operator WHERE issuer = $1 AND subject = ANY($2))"


class DemoExistsError(Exception):
    """The database holds the demo already."""


async def load(
    owner_url: str,
    *,
    now: datetime,
    customers: int = 3000,
    seed: int = 1,
    issuer: str = ISSUER,
    rider_issuer: str = ISSUER,
) -> Demo:
    """Write the demo as the owner of the tables, in one transaction, and prove its rules.

    Operators sign in as (issuer, role), the rider as (rider issuer, customer id).
    `DemoExistsError` if it was loaded before.
    """
    story = Story(customers, seed, now)
    connection = await asyncpg.connect(owner_url)
    try:
        async with connection.transaction():
            await _refuse_twice(connection, story, issuer)
            await _write(connection, story, story.tell(issuer, rider_issuer))
            found = await broken(connection, now, story.demo().subaccount_ids)
            if found:
                message = f"the demo breaks its own rules: {found}"
                raise RuntimeError(message)
    finally:
        await connection.close()
    return story.demo()


async def _refuse_twice(connection: asyncpg.Connection, story: Story, issuer: str) -> None:
    subjects = [operator.subject for operator in story.demo().operators]
    if await connection.fetchval(KNOWN, issuer, subjects):
        message = "The demo is loaded already; a new one needs an empty database."
        raise DemoExistsError(message)


async def _write(connection: asyncpg.Connection, story: Story, parts: Iterator[Rows]) -> None:
    fleets = ",".join(story.demo().subaccount_ids)
    await connection.execute("SELECT set_config('app.subaccounts', $1, true)", fleets)
    removed = await bulk.make_room(connection)
    part: Rows | None = next(parts)
    while part is not None:
        # The next part is told while the server stores this one.
        _, part = await asyncio.gather(
            _copy(connection, part), asyncio.to_thread(next, parts, None)
        )
    await connection.executemany(PARKED, story.vehicles())
    await connection.executemany(REDEEMED, story.promos())
    for fleet in story.demo().subaccount_ids:
        await connection.execute("SELECT recount_customers($1)", fleet)
    await bulk.restore(connection, removed)


async def _copy(connection: asyncpg.Connection, rows: Rows) -> None:
    for table, columns in COLUMNS.items():
        if rows.get(table):
            await connection.copy_records_to_table(table, records=rows[table], columns=columns)
