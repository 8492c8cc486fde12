"""Writing the demo into a database that is migrated: all of it or nothing."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import asyncpg

from db.demo import bulk, copying
from db.demo.columns import COLUMNS
from db.demo.story import TOLD_MAX, Demo, Story
from db.demo.world import Row, Rows
from db.invariants import broken

ISSUER = "kickstand-development"
PARKED = """
UPDATE vehicle SET status = p.status, latitude = p.latitude, longitude = p.longitude
FROM unnest($1::text[], $2::double precision[], $3::double precision[], $4::text[], $5::text[])
  AS p (status, latitude, longitude, subaccount_id, id)
WHERE vehicle.subaccount_id = p.subaccount_id AND vehicle.id = p.id
"""
REDEEMED = """
UPDATE promo_code SET redemptions = r.redemptions
FROM (
  SELECT subaccount_id, promo_code_id, count(*) AS redemptions FROM promo_redemption
  GROUP BY subaccount_id, promo_code_id
) r
WHERE promo_code.subaccount_id = ANY ($1)
  AND promo_code.subaccount_id = r.subaccount_id AND promo_code.id = r.promo_code_id
"""
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
    fleets: Sequence[str] = (),
    told_max: int = TOLD_MAX,
) -> Demo:
    """Write the demo as the owner of the tables, in one transaction, and prove its rules.

    Operators sign in as (issuer, role), the rider as (rider issuer, customer id). `fleets` are some
    of `db.demo.FLEETS`, or all. Of more than `told_max` customers most are copies of others.
    `DemoExistsError` if it was loaded before.
    """
    story = Story(customers, seed, now, fleets=fleets, told_max=told_max)
    connection = await asyncpg.connect(owner_url)
    try:
        async with connection.transaction():
            await _refuse_twice(connection, story, issuer)
            await _write(connection, story, story.tell(issuer, rider_issuer))
            found = await broken(connection, now, story.demo().subaccount_ids)
            if found:
                message = f"the demo breaks its own rules: {found}"
                raise RuntimeError(message)
            await bulk.close(connection)
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
    await _store(connection, parts)
    await connection.execute(PARKED, *zip(*story.vehicles(), strict=True))
    if story.world.turns > 1:
        await connection.execute(copying.CREATE)
        await _store(connection, ({copying.TABLE: rows} for rows in story.deal()))
        await copying.copy(connection)
    await connection.execute(REDEEMED, story.demo().subaccount_ids)
    for fleet in story.demo().subaccount_ids:
        await connection.execute("SELECT recount_customers($1)", fleet)
    await bulk.restore(connection, removed)


async def _store(
    connection: asyncpg.Connection, parts: Iterator[Mapping[str, Sequence[Row]]]
) -> None:
    """Write all parts; each is told while the server stores the one before."""
    part = next(parts, None)
    while part is not None:
        _, part = await asyncio.gather(
            _copy(connection, part), asyncio.to_thread(next, parts, None)
        )


async def _copy(connection: asyncpg.Connection, part: Mapping[str, Sequence[Row]]) -> None:
    for table, rows in part.items():
        if rows:
            columns = COLUMNS.get(table)
            await connection.copy_records_to_table(table, records=rows, columns=columns)
