"""The queue of jobs in the database: who may do what to it, and what is cleared away."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from db import queue
from db.embedded import Addresses
from domain.job import JobKind
from tests.make import Fleet
from tests.working import kept

KIND = JobKind.LOOK_UP_PHONE
LEASE = timedelta(minutes=1)


async def taken(engine: AsyncEngine, fleet: Fleet, holder: str) -> list[queue.Held]:
    """The fleet's jobs, of all that somebody takes."""
    found = await queue.take(engine, holder, [KIND], 1000, LEASE)
    return [held for held in found if held.job.subaccount_id == fleet.id]


async def test_what_is_held_is_not_taken_kept_or_ended_by_another(
    engine: AsyncEngine, fleet: Fleet
) -> None:
    id = await fleet.job(KIND)
    (held,) = await taken(engine, fleet, "one")
    stranger = replace(held, holder="another")

    again = await taken(engine, fleet, "another")
    kept_by_another = await queue.keep(engine, [stranger], LEASE)
    await queue.finish(engine, stranger)
    await queue.give_back(engine, stranger, "Error")

    assert (again, kept_by_another) == ([], set())
    assert await queue.keep(engine, [held, stranger], LEASE) == {held}
    assert await kept(fleet, "id", "holder", "tries") == [(id, "one", 1)]


async def test_what_is_handed_back_was_not_tried_and_is_due_at_once(
    engine: AsyncEngine, fleet: Fleet
) -> None:
    await fleet.job(KIND, tries=3, failure="Error")
    (held,) = await taken(engine, fleet, "one")

    await queue.give_back(engine, held, failure=None)

    assert await kept(fleet, "holder", "tries", "failure", "crashes") == [(None, 3, "Error", 0)]
    assert [held.tries for held in await taken(engine, fleet, "another")] == [4]


@pytest.mark.rule("ROL-7")
@pytest.mark.parametrize("statement", ["UPDATE job SET tries = 0", "DELETE FROM job"])
async def test_the_application_may_do_nothing_to_a_job_but_by_the_functions(
    database: Addresses, statement: str
) -> None:
    connection = await asyncpg.connect(database.application)

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(statement)

    await connection.close()


async def test_what_was_kept_for_its_time_is_cleared_away(
    engine: AsyncEngine, fleet: Fleet, store: asyncpg.Pool
) -> None:
    now = datetime.now(UTC)
    old = await fleet.job(KIND, dead_at=now - timedelta(days=31))
    young = await fleet.job(KIND, dead_at=now - timedelta(days=29))
    for key, age in (("old", 73), ("young", 71)):
        await store.execute(
            "INSERT INTO idempotency (caller_id, key, input_hash, created_at)"
            " VALUES ($1, $2, '', $3)",
            fleet.id,
            key,
            now - timedelta(hours=age),
        )

    while await queue.sweep(engine, 1):
        pass

    assert await kept(fleet, "id") == [(young,)]
    assert old != young
    keys = await store.fetch("SELECT key FROM idempotency WHERE caller_id = $1", fleet.id)
    assert [row["key"] for row in keys] == ["young"]


async def test_the_dead_are_listed_and_tried_again_from_the_start(
    engine: AsyncEngine, fleet: Fleet
) -> None:
    now = datetime.now(UTC)
    dead = {"dead_at": now, "tries": 20, "crashes": 2, "failure": "ValueError"}
    one, other = [await fleet.job(KIND, "cust_1", **dead) for _ in range(2)]

    listed = [each for each in await queue.dead(engine, 1000) if each.subaccount_id == fleet.id]
    requeued = await queue.requeue(engine, [one, "job_unknown"])

    assert [(each.id, each.failure, each.tries) for each in listed] == [
        (one, "ValueError", 20),
        (other, "ValueError", 20),
    ]
    assert requeued == [one]
    rows = {row[0]: row[1:] for row in await kept(fleet, "id", "tries", "crashes", "dead_at")}
    assert rows == {one: (0, 0, None), other: (20, 2, now)}
