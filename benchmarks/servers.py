"""The servers that are measured, each a process: its CPU, and that of its PostgreSQL backends."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from benchmarks.ground import Ground
from db.address import login
from server.failure import Failure
from server.settings import PREFIX

TICKS = os.sysconf("SC_CLK_TCK")
USER_TIME, SYSTEM_TIME = 11, 12
"""Places in /proc/PID/stat, counted after the name of the program."""
BACKENDS = "SELECT pid FROM pg_stat_activity WHERE usename = $1"


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    name: str
    pid: int
    port: int


@asynccontextmanager
async def running(name: str, ground: Ground) -> AsyncIterator[Server]:
    """A server over the ground's database, stopped at the end."""
    environment = {
        **{each: value for each, value in os.environ.items() if not each.startswith(PREFIX)},
        "DATABASE_URL": ground.addresses.application,
        "KICKSTAND_DATA": str(ground.settings.data),
    }
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.serve",
        name,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
    )
    assert started.stdout is not None  # noqa: S101  (a pipe)
    try:
        port = await started.stdout.readline()
        if not port:
            message = f"the server {name} did not start"
            raise Failure(message)
        yield Server(name, started.pid, int(port))
    finally:
        with suppress(ProcessLookupError):  # it ended by itself, as by the same Ctrl-C
            started.terminate()
        await started.wait()


@dataclass(frozen=True, slots=True)
class Cpu:
    """Seconds of CPU that a server and all PostgreSQL backends of the servers took so far."""

    server: float
    database: float


async def cpu(server: Server, ground: Ground) -> Cpu:
    """What was taken up to now. Only one server is ever asked, so only its backends work."""
    connection = await asyncpg.connect(ground.addresses.owner)
    try:
        found = await connection.fetch(BACKENDS, login(ground.addresses.application))
    finally:
        await connection.close()
    return Cpu(_seconds(server.pid), sum(_seconds(row["pid"]) for row in found))


def _seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[USER_TIME]) + int(fields[SYSTEM_TIME])) / TICKS
