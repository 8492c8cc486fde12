"""A database with customers in it is brought from the first revision to the newest."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from alembic import command
from sqlalchemy import Connection, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from db.embedded import Addresses, Cluster
from db.invariants import offenders, promises
from db.migrate import EXTENSIONS, config
from domain.ids import Prefix
from server.development import Development
from tests import postgres
from tests.conftest import Clock, _fingerprint, migrated, privileged
from tests.loyal import NOON
from tests.make import JOINED, NUMBERS, Fleet, Make, new

FOLLOWING = ("LST-6", "CUS-5: the accounts", "LOY-10: what a program", "LOY-10: when a member")
TALLY = """
SELECT sum(total)::int AS total, sum(active)::int AS active, sum(blocked)::int AS blocked,
  sum(identity_required)::int AS identity_required, sum(with_debt)::int AS with_debt,
  sum(deleted)::int AS deleted, sum(wallet_value)::int AS wallet_value,
  sum(bonuses)::int AS bonuses, sum(debt)::int AS debt, sum(members)::int AS members,
  sum(points)::int AS points, sum(issued)::int AS issued, sum(redeemed)::int AS redeemed
FROM customer_tally WHERE subaccount_id = $1
"""


def first_revision(connection: Connection) -> None:
    for extension in EXTENSIONS:
        connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {extension} SCHEMA public"))
    command.upgrade(config(connection), "0001")


async def begun(owner_url: str) -> None:
    """Migrate as far as the first release."""
    engine = create_async_engine(make_url(owner_url).set(drivername="postgresql+asyncpg"))
    async with engine.begin() as connection:
        await connection.run_sync(first_revision)
    await engine.dispose()


@pytest.fixture
async def old(server: Cluster) -> Addresses:
    template = await postgres.template(server, f"0001{_fingerprint()}", begun)
    return await postgres.clone(server, template, f"old_{uuid4().hex[:8]}")


@pytest.fixture
async def old_store(server: Cluster, old: Addresses) -> AsyncIterator[asyncpg.Pool]:
    async with privileged(server, old) as pool:
        yield pool


async def customer(fleet: Fleet, **changed: object) -> str:
    """A customer and its accounts, as the first release kept them."""
    number, id = next(NUMBERS), new(Prefix.CUSTOMER)
    values = {
        "id": id,
        "number": number,
        "name": "Zoë Ångström",
        "email": f"ZOE{number}@rider.example",
        "phone": "+1 (415) 555-0100",
        "device_os": "IOS",
        "locale": "en-US",
        "joined_at": JOINED,
        "referral_code": f"ZOE{number}",
    }
    await fleet.row("customer", **(values | changed))
    for kind in ("BALANCE", "BONUS", "POINTS"):
        await fleet.row("account", customer_id=id, kind=kind)
    return id


@pytest.mark.rule("LST-6", "CUS-5", "LOY-10")
async def test_what_was_there_before_is_counted_found_and_closed(
    server: Cluster, old: Addresses, old_store: asyncpg.Pool, tmp_path: Path
) -> None:
    make = Make(old_store, Development(tmp_path, Clock()))
    fleet, other = await make.fleet(), await make.fleet()
    await make.fleet()
    ada = await customer(fleet, completed_rides=2, number=4711)
    eve = await customer(fleet, blocked_at=NOON, blocked_reason="Ran off", completed_rides=1)
    bob = await customer(fleet, identity_required=True, identity_status="PENDING", email=None)
    gone = await customer(fleet, deleted_at=NOON, phone=None, completed_rides=3)
    await other.post(await customer(other), 999)
    for somebody, amount, kind in ((ada, 500, "CREDIT"), (eve, -70, "FEE"), (gone, 90, "CREDIT")):
        await fleet.post(somebody, amount, kind)
    await fleet.post(ada, 30, "BONUS", account="BONUS", bonus_reason="OPERATOR")
    for somebody, points, kind in (
        (ada, 20, "EARN"), (ada, -5, "REDEEM"), (gone, 8, "EARN"), (bob, 1, "BONUS"),
    ):  # fmt: skip
        await fleet.post(somebody, points, kind, account="POINTS")

    await migrated(old.owner)

    kept = await old_store.fetchrow(TALLY, fleet.id)
    closed = await old_store.fetch("SELECT DISTINCT customer_id FROM account WHERE closed")
    found = await old_store.fetchrow(
        "SELECT words, contact FROM customer_search WHERE customer_id = $1", ada
    )
    assert kept is not None
    assert dict(kept) == {
        "total": 3,
        "active": 2,
        "blocked": 1,
        "identity_required": 1,
        "with_debt": 1,
        "deleted": 1,
        "wallet_value": 430,
        "bonuses": 30,
        "debt": 70,
        "members": 2,
        "points": 16,
        "issued": 29,
        "redeemed": 5,
    }
    assert [row["customer_id"] for row in closed] == [gone]
    email = await old_store.fetchval("SELECT email FROM customer WHERE id = $1", ada)
    assert tuple(found or ()) == ("zoe angstrom 4711", f"{email.lower()} 14155550100")
    await _follows(server, old)

    await fleet.customer(number=4712, completed_rides=1)
    await fleet.post(ada, -501, "FEE")
    await fleet.change(gone, deleted_at=None)
    await _follows(server, old)


async def _follows(server: Cluster, database: Addresses) -> None:
    """All that follows the rows is as the rows are."""
    following = [promise for promise in promises() if promise.startswith(FOLLOWING)]
    name = make_url(database.owner).database or ""
    connection = await asyncpg.connect(server.url("postgres", name))
    broken = [await offenders(connection, one, datetime.now(UTC)) for one in following]
    await connection.close()
    assert broken == [[]] * 6
