"""`make bench`: what the customer page costs on this machine, in a few interleaved rounds.

A PostgreSQL of its own with demo customers, the whole server but for the socket. Absolute times are
this machine's; the two kinds of round, with queries together and one by one, are side by side.
"""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import click
import httpx

from db import embedded, engine
from db.demo import load
from db.migrate import migrate
from domain.access import CallerKind, Role
from server.clock import clock
from server.development import ISSUERS, Development
from server.explorer import DOCUMENTS
from server.settings import read
from server.wiring import wire

CUSTOMERS = 1000
ROUNDS = 5
PAGES = 40
WARM_UP = 20
APART = 1
PAGE = (DOCUMENTS / "customer-page.graphql").read_text()


def main() -> None:
    """Measure, and say the figures."""
    with tempfile.TemporaryDirectory(prefix="kickstand-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        cluster = embedded.start(folder / "postgres")
        try:
            asyncio.run(_measure(cluster, folder))
        finally:
            embedded.stop(cluster)


async def _measure(cluster: embedded.Cluster, folder: Path) -> None:
    addresses = await embedded.prepare(cluster)
    await migrate(addresses.owner, "kickstand")
    issuer = Development(folder, clock)
    told = await load(
        addresses.owner,
        now=clock(),
        customers=CUSTOMERS,
        issuer=ISSUERS[CallerKind.OPERATOR],
        rider_issuer=ISSUERS[CallerKind.RIDER],
    )
    token = issuer.mint(CallerKind.OPERATOR, Role.CUSTOMER_SUPPORT, timedelta(hours=1))
    app = wire(read(), addresses.application, issuer)
    transport = httpx.ASGITransport(app)
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://b", headers=headers) as http:
        await _rounds(http, {"query": PAGE, "variables": {"id": told.customer_id}})


async def _rounds(http: httpx.AsyncClient, asked: object) -> None:
    ways = {"together": engine.QUERIES_TOGETHER_MAX, "one by one": APART}
    wall: dict[str, list[float]] = {way: [] for way in ways}
    cpu: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(ROUNDS):
        for way, most in ways.items():
            with _at_most(most):
                for _ in range(WARM_UP):
                    (await http.post("/graphql", json=asked)).raise_for_status()
                for _ in range(PAGES):
                    began, worked = perf_counter(), process_time()
                    await http.post("/graphql", json=asked)
                    wall[way].append((perf_counter() - began) * 1000)
                    cpu[way].append((process_time() - worked) * 1000)
    for way in ways:
        p99 = sorted(wall[way])[len(wall[way]) * 99 // 100]
        figures = f"{median(cpu[way]):.1f} ms of server CPU, p50 {median(wall[way]):.1f} ms"
        click.echo(f"customer page, queries {way}: {figures}, p99 {p99:.1f} ms")


@contextmanager
def _at_most(queries: int) -> Iterator[None]:
    before = engine.QUERIES_TOGETHER_MAX
    engine.QUERIES_TOGETHER_MAX = queries
    try:
        yield
    finally:
        engine.QUERIES_TOGETHER_MAX = before


if __name__ == "__main__":
    main()
