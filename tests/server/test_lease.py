"""For how long a job is a worker's, and what becomes of it when the worker dies."""

import asyncio
import time
from datetime import timedelta

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.retry import CRASHES_MAX
from server import worker as module
from server.worker import Errand
from tests.make import Fleet
from tests.working import KIND, Doer, at_work, fail, hang, kept, until_kept, worker

SECOND = timedelta(seconds=1)


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


async def test_a_job_is_broken_off_in_time_where_the_database_says_nothing(
    engine: AsyncEngine, fleet: Fleet, store: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LEASE", SECOND)
    monkeypatch.setattr(module, "KEEP_SECONDS", 0.2)
    broken_off = asyncio.Event()

    async def act(errand: Errand) -> None:
        if not broken_off.is_set():
            try:
                await hang(errand)
            finally:
                broken_off.set()

    doer = Doer(fleet, act)
    await fleet.job(KIND)

    async with at_work(worker(engine, {KIND: doer})):
        await doer.until(doer.began)
        async with store.acquire() as connection, connection.transaction():
            await connection.execute("LOCK TABLE job IN ACCESS EXCLUSIVE MODE")
            began = time.monotonic()
            await doer.until(broken_off)
            seconds = time.monotonic() - began

    assert seconds < 1 + 0.5
