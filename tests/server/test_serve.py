"""`kickstand serve` as a process: how it starts, answers and stops (OPS-3)."""

import asyncio
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import asyncpg
import httpx
import pytest

from db.embedded import Addresses
from db.revision import catch_up
from domain.access import Scope
from tests.make import Fleet
from tests.server import command

PATIENCE = 30.0
CREDIT = """
mutation($id: ID!) {
  addWalletCredit(input: {
    customerId: $id, amount: {amount: "5", currency: "USD"}, idempotencyKey: "last"
  }) { wallet { balance { amount } } userErrors { code } }
}
"""


@dataclass
class Served:
    """A server that is ready."""

    process: subprocess.Popen[str]
    client: httpx.AsyncClient
    port: int

    async def end(self) -> tuple[int, str, list[str]]:
        """Its exit code, what it printed, and what its log says."""
        printed, log = await asyncio.to_thread(self.process.communicate, timeout=PATIENCE)
        return (
            self.process.returncode,
            printed,
            [line.split(" INFO ")[1] for line in log.splitlines()],
        )


@pytest.fixture
async def served(database: Addresses) -> AsyncIterator[Served]:
    await catch_up(database.owner, database.application)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    process = command.started("serve", "--port", str(port), DATABASE_URL=database.application)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            await until_ready(client)
            yield Served(process, client, port)
    finally:
        process.kill()
        process.wait()


async def until_ready(client: httpx.AsyncClient) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            answer = await client.get("/readyz")
        except httpx.TransportError:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)
        else:
            assert answer.status_code == 200
            return


async def test_it_serves_the_api_alone_until_it_is_told_to_stop(served: Served) -> None:
    answers = [
        await served.client.post("/graphql", json={"query": "{ __typename }"}),
        await served.client.get("/graphiql/"),
    ]

    served.process.send_signal(signal.SIGTERM)
    end = await served.end()

    assert [(answer.status_code, "server" in answer.headers) for answer in answers] == [
        (401, False),
        (404, False),
    ]
    assert end == (0, "", [f"Serving on 127.0.0.1, port {served.port}", "Stopped"])


async def test_what_is_under_way_is_finished_before_it_stops(
    served: Served, store: asyncpg.Pool, fleet: Fleet
) -> None:
    customer_id = await fleet.customer(balance=100)
    partner = await fleet.partner(Scope.CUSTOMERS_READ, Scope.WALLET_READ, Scope.WALLET_WRITE)
    body = {"query": CREDIT, "variables": {"id": customer_id}}

    async with store.acquire() as connection, connection.transaction():
        await connection.execute(
            "SELECT FROM account WHERE customer_id = $1 FOR UPDATE", customer_id
        )
        headers = {"Authorization": f"Bearer {partner.token}"}
        asked = asyncio.create_task(served.client.post("/graphql", json=body, headers=headers))
        await asyncio.sleep(0.2)  # in which it comes to wait for the account
        served.process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.3)  # in which the server begins to stop
        async with httpx.AsyncClient() as late:
            with pytest.raises(httpx.ConnectError):
                await late.get(f"http://127.0.0.1:{served.port}/healthz")
    answer = (await asked).json()

    credited = {"wallet": {"balance": {"amount": "6.00"}}, "userErrors": []}
    assert answer == {"data": {"addWalletCredit": credited}}
    assert (await served.end())[0] == 0
