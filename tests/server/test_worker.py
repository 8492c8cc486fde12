"""Jobs, run by workers over a real PostgreSQL: at least once, and by one at a time."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from db import queue
from domain.job import JobKind
from domain.ports import Unavailable
from domain.retry import CRASHES_MAX, TRIES_MAX
from server import worker as module
from server.worker import Errand
from tests.make import Fleet
from tests.working import at_work, worker

KIND = JobKind.LOOK_UP_PHONE
PATIENCE = 20
SECOND = timedelta(seconds=1)


class Doer:
    """Does the fleet's jobs as it is told to, and counts them; those of other tests are done."""

    def __init__(
        self, fleet: Fleet, act: Callable[[Errand], Awaitable[None]] | None = None
    ) -> None:
        self.fleet = fleet
        self.act = act
        self.runs: Counter[str] = Counter()
        self.began = asyncio.Event()
        self.ended = asyncio.Event()

    async def __call__(self, errand: Errand) -> None:
        if errand.job.subaccount_id != self.fleet.id:
            return
        self.runs[errand.id] += 1
        self.began.set()
        if self.act is not None:
            await self.act(errand)
        self.ended.set()

    async def until(self, event: asyncio.Event) -> None:
        await asyncio.wait_for(event.wait(), PATIENCE)


async def kept(fleet: Fleet, *columns: str) -> list[tuple[Any, ...]]:
    """Some columns of the jobs that the fleet still has."""
    rows = await fleet.make.store.fetch(
        f"SELECT {', '.join(columns)} FROM job WHERE subaccount_id = $1",  # noqa: S608
        fleet.id,
    )
    return [tuple(row) for row in rows]


async def until_kept(fleet: Fleet, *wanted: Any, columns: tuple[str, ...]) -> None:
    """Wait until the fleet's jobs are as they should be."""
    deadline = time.monotonic() + PATIENCE
    while True:
        if await kept(fleet, *columns) == [*wanted]:
            return
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


async def fail(_: Errand) -> None:
    message = "ada@rider.example"
    raise ValueError(message)


async def hang(_: Errand) -> None:
    await asyncio.Event().wait()


async def test_a_job_that_is_due_is_done_once_and_is_gone(
    engine: AsyncEngine, fleet: Fleet
) -> None:
    doer = Doer(fleet)
    due = await fleet.job(KIND, "cust_1")
    later = await fleet.job(KIND, due_at=datetime.now(UTC) + timedelta(hours=1))

    await worker(engine, {KIND: doer}).work_off()

    assert (doer.runs[due], doer.runs[later]) == (1, 0)
    assert await kept(fleet, "id", "tries") == [(later, 0)]


async def test_a_worker_leaves_the_kinds_that_it_does_not_know(
    engine: AsyncEngine, fleet: Fleet
) -> None:
    id = await fleet.job(JobKind.CHECK_RECEIPT)

    await worker(engine, {KIND: Doer(fleet)}).work_off()

    assert await kept(fleet, "id", "tries", "holder") == [(id, 0, None)]


async def test_two_workers_never_run_one_job_at_the_same_time(
    engine: AsyncEngine, fleet: Fleet
) -> None:
    at_once: Counter[str] = Counter()

    async def act(errand: Errand) -> None:
        at_once[errand.id] += 1
        assert at_once[errand.id] == 1
        await asyncio.sleep(0.005)
        at_once[errand.id] -= 1

    doer = Doer(fleet, act)
    ids = [await fleet.job(KIND) for _ in range(60)]

    async with at_work(worker(engine, {KIND: doer})), at_work(worker(engine, {KIND: doer})):
        await until_kept(fleet, columns=("id",))

    assert [doer.runs[id] for id in ids] == [1] * 60


async def test_a_job_that_fails_waits_and_tells_nobodys_data(
    engine: AsyncEngine, fleet: Fleet, caplog: pytest.LogCaptureFixture
) -> None:
    id = await fleet.job(KIND, tries=3)
    before = datetime.now(UTC)

    await worker(engine, {KIND: Doer(fleet, fail)}).work_off()

    ((*row, due_at),) = await kept(fleet, "id", "tries", "failure", "holder", "dead_at", "due_at")
    assert row == [id, 4, "ValueError", None, None]
    assert 4 * SECOND <= due_at - before <= 8 * SECOND + PATIENCE * SECOND
    assert id in caplog.text
    assert "ada@rider.example" not in caplog.text


async def test_a_service_that_asks_for_patience_has_it(engine: AsyncEngine, fleet: Fleet) -> None:
    async def wait(_: Errand) -> None:
        reason = "Expo429"
        raise Unavailable(reason, timedelta(minutes=5))

    await fleet.job(KIND)
    before = datetime.now(UTC)

    await worker(engine, {KIND: Doer(fleet, wait)}).work_off()

    ((failure, due_at),) = await kept(fleet, "failure", "due_at")
    assert failure == "Expo429"
    assert timedelta(minutes=5) <= due_at - before <= timedelta(minutes=6)


async def test_a_job_that_failed_so_often_is_dead(engine: AsyncEngine, fleet: Fleet) -> None:
    doer = Doer(fleet, fail)
    await fleet.job(KIND, tries=TRIES_MAX - 1)

    await worker(engine, {KIND: doer}).work_off()
    await fleet.make.store.execute(
        "UPDATE job SET due_at = now() WHERE subaccount_id = $1", fleet.id
    )
    await worker(engine, {KIND: doer}).work_off()

    assert doer.runs.total() == 1
    ((tries, failure, dead_at),) = await kept(fleet, "tries", "failure", "dead_at")
    assert (tries, failure, dead_at is not None) == (TRIES_MAX, "ValueError", True)


async def test_a_job_that_a_dead_worker_held_is_run_again_and_the_crash_is_counted(
    engine: AsyncEngine, fleet: Fleet
) -> None:
    doer = Doer(fleet, fail)
    await fleet.job(KIND, tries=1, holder="somebody who died")

    await worker(engine, {KIND: doer}).work_off()

    assert doer.runs.total() == 1
    assert await kept(fleet, "tries", "crashes", "holder") == [(2, 1, None)]


async def test_a_job_that_killed_so_many_workers_is_run_by_no_other(
    engine: AsyncEngine, fleet: Fleet
) -> None:
    doer = Doer(fleet)
    await fleet.job(KIND, tries=5, crashes=CRASHES_MAX - 1, holder="somebody who died")

    await worker(engine, {KIND: doer}).work_off()

    assert doer.runs.total() == 0
    ((crashes, failure, dead_at),) = await kept(fleet, "crashes", "failure", "dead_at")
    assert (crashes, failure, dead_at is not None) == (CRASHES_MAX, "Crash", True)


async def test_a_job_that_takes_longer_than_the_lease_is_kept(
    engine: AsyncEngine, fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LEASE", SECOND)
    monkeypatch.setattr(module, "KEEP_SECONDS", 0.2)
    doer = Doer(fleet, lambda _: asyncio.sleep(2.5))
    id = await fleet.job(KIND)

    async with at_work(worker(engine, {KIND: doer})), at_work(worker(engine, {KIND: doer})):
        await until_kept(fleet, columns=("id",))

    assert doer.runs[id] == 1


async def test_a_job_that_is_anothers_by_now_is_broken_off(
    engine: AsyncEngine, fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEEP_SECONDS", 0.1)
    broken_off = asyncio.Event()

    async def act(errand: Errand) -> None:
        try:
            await hang(errand)
        finally:
            broken_off.set()

    doer = Doer(fleet, act)
    await fleet.job(KIND)

    async with at_work(worker(engine, {KIND: doer})):
        await doer.until(doer.began)
        await fleet.make.store.execute(
            "UPDATE job SET holder = 'another' WHERE subaccount_id = $1", fleet.id
        )
        await doer.until(broken_off)

    assert await kept(fleet, "holder", "tries") == [("another", 1)]


async def test_a_job_that_takes_too_long_is_tried_again_later(
    engine: AsyncEngine, fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "HANDLER_SECONDS", 0.1)
    await fleet.job(KIND)

    await worker(engine, {KIND: Doer(fleet, hang)}).work_off()

    assert await kept(fleet, "tries", "failure", "holder") == [(1, "TimeoutError", None)]


async def test_a_worker_that_stops_lets_jobs_end_and_takes_no_more(
    engine: AsyncEngine, fleet: Fleet
) -> None:
    open = asyncio.Event()

    async def act(_: Errand) -> None:
        await open.wait()

    doer = Doer(fleet, act)
    await fleet.job(KIND)
    async with at_work(worker(engine, {KIND: doer})) as running:
        await doer.until(doer.began)

        running.cancel()
        await asyncio.sleep(0)
        late = await fleet.job(KIND)
        open.set()
        with pytest.raises(asyncio.CancelledError):
            await running

    assert doer.ended.is_set()
    assert await kept(fleet, "id", "tries") == [(late, 0)]


async def test_a_worker_that_stops_hands_back_what_takes_too_long(
    engine: AsyncEngine, fleet: Fleet
) -> None:
    doer = Doer(fleet, hang)
    id = await fleet.job(KIND)

    async with at_work(worker(engine, {KIND: doer}, drain_seconds=0.1)):
        await doer.until(doer.began)

    now = datetime.now(UTC)
    ((*row, due_at),) = await kept(fleet, "id", "tries", "crashes", "holder", "due_at")
    assert row == [id, 0, 0, None]
    assert due_at <= now + SECOND


async def test_a_worker_outlives_its_connections(
    engine: AsyncEngine, fleet: Fleet, store: asyncpg.Pool
) -> None:
    doer = Doer(fleet)
    async with at_work(worker(engine, {KIND: doer})):
        for _ in range(3):
            await store.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE usename = 'kickstand' AND datname = current_database()"
            )
            await fleet.job(KIND)
            await until_kept(fleet, columns=("id",))

    assert doer.runs.total() == 3


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
