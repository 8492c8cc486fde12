"""Processes that are started again whenever they have died, as a machine's supervisor does."""

import asyncio
import os
import signal
import sys
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from db import embedded
from db.embedded import Cluster
from db.embedded.postmaster import postmaster
from tests import postgres
from tests.server import command

PAUSE_SECONDS = 0.05
PATIENCE = 60.0
"""Seconds after which nothing is waited for any more; how long it may take, the tests say."""


def seconds() -> float:
    """The clock by which kills and recoveries are told."""
    return asyncio.get_running_loop().time()


@dataclass
class Recovery:
    """One kill, and when the killed part first did its work again."""

    part: str
    killed: float
    back: asyncio.Future[float]

    def worked(self, began: float) -> None:
        """Note that the part did some work, begun at a time: the first since the kill counts."""
        if began > self.killed and not self.back.done():
            self.back.set_result(seconds())

    @property
    def took(self) -> float:
        return self.back.result() - self.killed


class Part(Protocol):
    """Something that can be killed, and then comes back."""

    name: str

    async def keep(self) -> None:
        """Run it for ever, however often it dies; cancelled, it ends."""

    def kill(self) -> None:
        """SIGKILL, as a machine without memory does it."""


@dataclass
class Command:
    """A command of ours, in a process of its own."""

    name: str
    arguments: list[str]
    environment: Mapping[str, str]
    log: Path
    process: asyncio.subprocess.Process | None = field(default=None, init=False)

    async def keep(self) -> None:
        given = command.environment(self.environment)
        while True:
            with self.log.open("ab") as log:  # a pipe that nobody reads would stop it
                self.process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-c", command.MAIN, *self.arguments),
                    cwd=command.HOUSE,
                    env=given,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )
            try:
                await self.process.wait()
            except asyncio.CancelledError:
                self.process.kill()
                await self.process.wait()
                raise
            await asyncio.sleep(PAUSE_SECONDS)

    def kill(self) -> None:
        assert self.process is not None
        with suppress(ProcessLookupError):  # it is just coming back from the last time
            self.process.kill()


@dataclass
class Database:
    """The PostgreSQL of a folder. Its processes die with the first of them."""

    folder: Path
    durable: bool
    name: str = "PostgreSQL"

    def start(self) -> Cluster:
        """What was committed stays committed in either way, as long as the machine itself runs."""
        settings = {} if self.durable else {"synchronous_commit": "on"}
        return embedded.start(
            self.folder, binaries=postgres.binaries(), durable=self.durable, settings=settings
        )

    async def keep(self) -> None:
        while True:
            if self._pid() is None:
                await asyncio.to_thread(self.start)
            await asyncio.sleep(PAUSE_SECONDS)

    def kill(self) -> None:
        pid = self._pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)

    def _pid(self) -> int | None:
        server = postmaster((self.folder / "server").resolve())
        return None if server is None else server.pid


class Havoc:
    """Kills parts at set times, and waits for each to be at work again."""

    def __init__(self) -> None:
        self.recoveries: list[Recovery] = []

    async def wreak(self, plan: Sequence[tuple[float, Part]]) -> None:
        """Kill each part at its time; ends when all are at work again."""
        begun = seconds()
        for at, part in sorted(plan, key=lambda each: each[0]):
            await asyncio.sleep(max(0, begun + at - seconds()))
            back: asyncio.Future[float] = asyncio.get_running_loop().create_future()
            part.kill()
            self.recoveries.append(Recovery(part.name, seconds(), back))
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(recovery.back for recovery in self.recoveries))

    def worked(self, parts: Collection[str], began: float) -> None:
        """Tell that parts did some work, begun at a time."""
        for recovery in self.recoveries:
            if recovery.part in parts:
                recovery.worked(began)
