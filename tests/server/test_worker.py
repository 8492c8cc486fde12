"""Jobs, run by workers over a real PostgreSQL: at least once, and by one at a time."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.job import JobKind
from domain.ports import Unavailable
from domain.retry import TRIES_MAX
from server import worker as module
from server.worker import Errand
from tests.make import Fleet
from tests.working import KIND, PATIENCE, Doer, at_work, fail, hang, kept, until_kept, worker

SECOND = timedelta(seconds=1)


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


async def test_a_job_that_failed_so_often_is_dead(
    engine: AsyncEngine, fleet: Fleet, caplog: pytest.LogCaptureFixture
) -> None:
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
    assert "is dead: ValueError" in caplog.text


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
