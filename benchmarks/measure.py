"""Rounds of load: each server in its turn, on the same pages."""

import asyncio
import sys
from contextlib import suppress
from typing import NamedTuple

import orjson

from benchmarks.ground import Ground
from benchmarks.pages import Page
from benchmarks.servers import Server, cpu
from db.engine import POOL_PLACES
from server.failure import Failure

CONNECTIONS = 16
BUSY_SECONDS, QUIET_SECONDS, WARM_UP_SECONDS = 3, 2, 2


class Turn(NamedTuple):
    """One server, one page, one round: milliseconds of CPU an answer, rate, and milliseconds."""

    server_cpu: float
    database_cpu: float
    rate: float
    p50: float
    p99: float


async def warm_up(server: Server, page: Page, ground: Ground) -> None:
    """Have every connection meet the page, so that nothing is prepared while it is measured.

    No more ask than there are connections: the first answers take long, and nobody has to wait.
    """
    await _load(server, page, ground, POOL_PLACES, WARM_UP_SECONDS)


async def turn(server: Server, page: Page, ground: Ground) -> Turn:
    """CPU and rate of many connections at once, and the time that one alone waits."""
    before = await cpu(server, ground)
    busy = await _load(server, page, ground, CONNECTIONS, BUSY_SECONDS)
    after = await cpu(server, ground)
    quiet = await _load(server, page, ground, 1, QUIET_SECONDS)
    answers = busy["answers"]
    return Turn(
        (after.server - before.server) * 1000 / answers,
        (after.database - before.database) * 1000 / answers,
        answers / busy["seconds"],
        quiet["p50"],
        quiet["p99"],
    )


async def _load(
    server: Server, page: Page, ground: Ground, connections: int, seconds: float
) -> dict[str, float]:
    requests = [request.wire for request in page.requests(server.name, page.asked(ground))]
    asked = {"port": server.port, "requests": requests, "connections": connections}
    loading = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.load",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        told, _ = await loading.communicate(orjson.dumps({**asked, "seconds": seconds}))
    finally:
        with suppress(ProcessLookupError):
            loading.kill()
    if not told:
        message = f"the load of the {page.title} on the server {server.name} broke off"
        raise Failure(message)
    found: dict[str, float] = orjson.loads(told)
    return found
