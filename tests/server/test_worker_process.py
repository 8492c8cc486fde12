"""`kickstand worker` and `kickstand jobs` as processes: killed, stopped, asked."""

import asyncio
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import TypeAlias

import pytest

from db.embedded import Addresses
from db.revision import catch_up
from domain.ids import Prefix
from domain.job import JobKind
from tests.make import JOINED, Fleet, new
from tests.phones import Phones, phones
from tests.server import command

PATIENCE = 30.0
Process: TypeAlias = subprocess.Popen[str]
AGAIN_SECONDS = 10
"""After which the jobs of a worker that was killed are run again, at the latest."""


@pytest.fixture
async def service() -> AsyncIterator[Phones]:
    async with phones() as service:
        yield service


@pytest.fixture
async def start(database: Addresses, service: Phones) -> AsyncIterator[Callable[..., Process]]:
    """Starts workers; none of them outlives the test."""
    await catch_up(database.owner, database.application)
    started: list[Process] = []

    def run() -> Process:
        given = {
            "DATABASE_URL": database.application,
            "KICKSTAND_PUSH": "expo",
            "KICKSTAND_EXPO_URL": service.address,
        }
        started.append(command.started("worker", **given))
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.wait()
        for end in (process.stdout, process.stderr):
            assert end is not None
            end.close()


async def queued(fleet: Fleet, *tokens: str) -> str:
    """A message to a customer with some phones, to be sent to them in this order."""
    customer = await fleet.customer()
    for token in tokens:
        place = datetime.fromtimestamp(JOINED.timestamp() - tokens.index(token), UTC)
        row = {"token": token, "customer_id": customer, "os": "IOS", "registered_at": place}
        await fleet.row("device", **row)
    id = await fleet.row(
        "notification",
        id=new(Prefix.NOTIFICATION),
        customer_id=customer,
        type="SYSTEM",
        title="Hello",
        message="Good to see you.",
        status="QUEUED",
        actor="sys:test",
        created_at=JOINED,
    )
    await fleet.job(JobKind.DELIVER_NOTIFICATION, id)
    return id


async def until_sent(fleet: Fleet) -> None:
    """Wait until the fleet has no message to send."""
    deadline = time.monotonic() + PATIENCE
    while True:
        count = await fleet.make.store.fetchval(
            "SELECT count(*) FROM job WHERE subaccount_id = $1 AND kind = $2",
            fleet.id,
            JobKind.DELIVER_NOTIFICATION,
        )
        if count == 0:
            return
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def begun(process: Process) -> None:
    """Wait until a worker says that it is one."""
    assert process.stderr is not None
    line = await asyncio.wait_for(asyncio.to_thread(process.stderr.readline), PATIENCE)
    assert "Running jobs" in line


async def came(service: Phones, token: str) -> None:
    await asyncio.wait_for(service.came[token].wait(), PATIENCE)


@pytest.mark.rule("NOT-2")
async def test_a_killed_worker_loses_nothing_and_repeats_nothing_that_was_accepted(
    fleet: Fleet, service: Phones, start: Callable[[], Process]
) -> None:
    service.waiting["slow"] = asyncio.Event()
    killed = start()
    id = await queued(fleet, "quick", "slow", "last")
    await came(service, "slow")

    killed.send_signal(signal.SIGKILL)
    service.waiting["slow"].set()
    await begun(start())
    began = time.monotonic()
    await until_sent(fleet)
    seconds = time.monotonic() - began

    assert seconds < AGAIN_SECONDS
    assert sorted(service.asked) == ["last", "quick", "slow", "slow"]
    row = await fleet.make.store.fetchrow(
        "SELECT n.status, count(*) FILTER (WHERE p.outcome = 'ACCEPTED') FROM notification n"
        " JOIN push p ON p.notification_id = n.id WHERE n.id = $1 GROUP BY n.id, n.status",
        id,
    )
    assert row is not None
    assert tuple(row) == ("SENT", 3)


async def test_a_worker_that_is_told_to_stop_ends_what_it_does(
    fleet: Fleet, service: Phones, start: Callable[[], Process]
) -> None:
    service.waiting["slow"] = asyncio.Event()
    worker = start()
    await queued(fleet, "slow")
    await came(service, "slow")

    worker.send_signal(signal.SIGTERM)
    await asyncio.sleep(0.3)  # in which it begins to stop
    service.waiting["slow"].set()
    printed, log = await asyncio.to_thread(worker.communicate, timeout=PATIENCE)

    assert (worker.returncode, printed) == (0, "")
    said = [line.split(" INFO ")[1] for line in log.splitlines()]
    assert said == ["Running jobs", "Stopped"]
    assert service.asked == ["slow"]
    await until_sent(fleet)


def listed(*arguments: str, **given: str) -> tuple[int, str, str]:
    """What `kickstand jobs` says."""
    process = command.started("jobs", *arguments, **given)
    printed, complaints = process.communicate(timeout=PATIENCE)
    return process.returncode, printed, complaints


async def test_dead_jobs_are_listed_and_tried_again(fleet: Fleet, own: dict[str, str]) -> None:
    died = {"dead_at": JOINED, "tries": 20, "crashes": 1, "failure": "Expo503"}
    dead = [await fleet.job(JobKind.CHECK_RECEIPT, "ntf_1", **died) for _ in range(2)]
    one, other = sorted(dead)

    before = await asyncio.to_thread(listed, **own)
    requeued = await asyncio.to_thread(listed, "--requeue", one, **own)
    unknown = await asyncio.to_thread(listed, "--requeue", one, "--requeue", "job_1", **own)
    everything = await asyncio.to_thread(listed, "--requeue", "all", **own)
    after = await asyncio.to_thread(listed, **own)

    what = "check_receipt of ntf_1  2026-01-15T12:00:00Z  Expo503  20 tries, 1 crashes"
    lines = [line for line in before[1].splitlines() if "ntf_1" in line]
    assert lines == [f"{one}  {what}", f"{other}  {what}"]
    assert requeued == (0, "tried again: 1\n", "")
    assert unknown[:2] == (1, "")
    assert unknown[2].startswith("kickstand: no dead job has the id job_")
    assert everything[0] == 0
    assert after == (0, "no job is dead\n", "")
