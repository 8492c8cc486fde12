"""Runs the jobs that actions leave: at least once, a few at a time (ADR 9)."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from random import random, uniform
from typing import ParamSpec, TypeAlias, TypeVar
from uuid import uuid4

from actions.action import Action, Outcome, Performer, Result
from db import queue
from db.engine import Engine
from db.queue import Held
from db.snapshot import Snapshot
from domain.access import Reach, System
from domain.actor import system
from domain.job import Job, JobKind
from domain.origin import Origin
from domain.ports import Unavailable
from domain.retry import TRIES_MAX, wait_after
from server.traced import traced

P = ParamSpec("P")
R = TypeVar("R", bound=Result)

LEASE = timedelta(seconds=6)
"""After which the jobs of a worker that died are taken by another; kept up while it lives."""
KEEP_SECONDS = LEASE.total_seconds() / 4
POLL_SECONDS = 0.5
TROUBLE_SECONDS = 2
"""Between looks at a database that does not answer, at most."""
HANDLER_SECONDS = 60
GIVE_BACK_SECONDS = 5
SWEEP_SECONDS = 60
SWEPT_TOGETHER = 1000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Errand:
    """One job for whoever does it: what the program may read and do in the job's fleet."""

    job: Job
    id: str
    tries: int
    engine: Engine
    performer: Performer

    @property
    def caller(self) -> System:
        return System(system(self.job.kind), self.job.subaccount_id)

    @property
    def reach(self) -> Reach:
        return self.caller.reach

    @property
    def last(self) -> bool:
        """Whether it is not tried again when it fails now."""
        return self.tries >= TRIES_MAX

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Snapshot]:
        """One view of the fleet; to be closed before anything is done or asked outside."""
        snapshot = Snapshot(self.engine, self.caller)
        try:
            yield snapshot
        finally:
            await snapshot.close()

    async def perform(
        self, action: Action[P, R], key: str | None, *args: P.args, **kwargs: P.kwargs
    ) -> Outcome[R]:
        """Perform an action as the program itself; the trail knows it by the job's id."""
        origin = Origin(self.id)
        return await self.performer(self.caller, origin, action, key, *args, **kwargs)


@dataclass(slots=True)
class Lane:
    """What is under way, and until when it is ours for sure."""

    held: Held
    until: float


Handler: TypeAlias = Callable[[Errand], Awaitable[None]]
"""Does a job. It may be called again after it was done, and only performs idempotent actions."""


class Worker:
    """One of any number of workers, with so many jobs at a time, of the kinds that it knows.

    When it stops, jobs that run have so many seconds to end.
    """

    def __init__(
        self,
        engine: Engine,
        performer: Performer,
        handlers: Mapping[JobKind, Handler],
        lanes: int,
        drain_seconds: float,
    ) -> None:
        self._engine = engine
        self._performer = performer
        self._handlers = handlers
        self._lanes = lanes
        self._drain_seconds = drain_seconds
        self._taking: asyncio.Task[int] | None = None
        self._running: dict[asyncio.Task[None], Lane] = {}

    async def run(self) -> None:
        """Run due jobs until cancelled; then take no more, and finish or hand back what runs."""
        beside = [asyncio.create_task(self._keep_on()), asyncio.create_task(self._sweep_on())]
        try:
            await self._take_on()
        finally:
            await self._stop()
            for task in beside:
                task.cancel()
            await asyncio.wait(beside)

    async def work_off(self) -> int:
        """Run what is due, and what that leaves, until nothing is; gives how many jobs it was."""
        count = 0
        while taken := await self._take(self._lanes):
            count += taken
            await asyncio.wait({*self._running})
        return count

    async def _take_on(self) -> None:
        pause = POLL_SECONDS
        while True:
            free = self._lanes - len(self._running)
            if free == 0:
                await asyncio.wait({*self._running}, return_when=asyncio.FIRST_COMPLETED)
                continue
            self._taking = asyncio.create_task(self._take(free))
            try:
                taken = await asyncio.shield(self._taking)
                pause = POLL_SECONDS
            except Exception as error:  # noqa: BLE001  (the database will be back)
                log.warning("No jobs can be taken: %s", type(error).__name__)
                taken, pause = 0, min(pause * 1.5, TROUBLE_SECONDS)
            if taken < free:
                await asyncio.sleep(pause * uniform(0.75, 1.25))  # noqa: S311  (jitter)

    async def _take(self, most: int) -> int:
        """Take jobs, begin to run them, and give how many."""
        until = _seconds() + LEASE.total_seconds()
        taken = await queue.take(self._engine, uuid4().hex, self._handlers.keys(), most, LEASE)
        for held in taken:
            task = asyncio.create_task(self._do(held))
            self._running[task] = Lane(held, until)
            task.add_done_callback(self._ended)
        return len(taken)

    def _ended(self, task: asyncio.Task[None]) -> None:
        held = self._running.pop(task).held
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("Job %s was not settled: %s", held.id, traced(error))

    async def _do(self, held: Held) -> None:
        job = held.job
        errand = Errand(job, held.id, held.tries, self._engine, self._performer)
        try:
            async with asyncio.timeout(HANDLER_SECONDS):
                await self._handlers[job.kind](errand)
        except asyncio.CancelledError:
            await queue.give_back(self._engine, held, failure=None)
            raise
        except Unavailable as error:
            log.warning("Job %s (%s) has to wait: %s", held.id, job.kind, error.reason)
            await self._failed(held, error.reason, error.after)
        except Exception as error:  # noqa: BLE001  (whatever it is, the job is tried again)
            log.error("Job %s (%s) failed: %s", held.id, job.kind, traced(error))  # noqa: TRY400
            await self._failed(held, type(error).__name__)
        else:
            await self._settle(lambda: queue.finish(self._engine, held))

    async def _failed(self, held: Held, why: str, asked: timedelta = timedelta(0)) -> None:
        wait = wait_after(held.tries, random(), asked)  # noqa: S311  (jitter)
        await self._settle(lambda: queue.give_back(self._engine, held, why, wait))

    async def _settle(self, told: Callable[[], Awaitable[None]]) -> None:
        """Tell the database what became of a job, as long as the job is ours."""
        while True:
            try:
                return await told()
            except Exception as error:  # noqa: BLE001  (the database will be back)
                log.warning("No job can be settled: %s", type(error).__name__)
                await asyncio.sleep(POLL_SECONDS)

    async def _keep_on(self) -> None:
        """Keep the jobs that run. One that may be another's by now is broken off."""
        while True:
            await asyncio.sleep(KEEP_SECONDS)
            running = dict(self._running)
            try:
                await self._keep(running.values())
            except Exception as error:  # noqa: BLE001  (the database will be back)
                log.warning("No jobs can be kept: %s", type(error).__name__)
            for task, lane in running.items():
                if lane.until < _seconds():
                    task.cancel()

    async def _keep(self, lanes: Collection[Lane]) -> None:
        until = _seconds() + LEASE.total_seconds()
        kept = await queue.keep(self._engine, [lane.held for lane in lanes], LEASE) if lanes else ()
        for lane in lanes:
            lane.until = until if lane.held in kept else 0

    async def _sweep_on(self) -> None:
        swept = 0
        while True:
            rest = POLL_SECONDS if swept >= SWEPT_TOGETHER else SWEEP_SECONDS
            await asyncio.sleep(rest * uniform(0.5, 1.5))  # noqa: S311  (jitter)
            try:
                swept = await queue.sweep(self._engine, SWEPT_TOGETHER)
            except Exception as error:  # noqa: BLE001  (the next time will do)
                log.warning("Nothing can be cleared away: %s", type(error).__name__)

    async def _stop(self) -> None:
        """Let the jobs that run end, and hand back those that take too long."""
        if self._taking is not None:
            await asyncio.wait({self._taking})
        if not self._running:
            return
        _, late = await asyncio.wait({*self._running}, timeout=self._drain_seconds)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=GIVE_BACK_SECONDS)


def _seconds() -> float:
    return asyncio.get_running_loop().time()
