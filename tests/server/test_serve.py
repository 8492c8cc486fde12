"""`kickstand serve` as a process: how it starts and stops."""

import asyncio
import signal
import socket
import time

import httpx
import pytest

from db.embedded import Addresses
from db.revision import catch_up
from tests.server import command

PATIENCE = 30.0
pytestmark = pytest.mark.usefixtures("anyio_backend")  # by which plain tests have async fixtures


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def until_ready(address: str) -> httpx.Response:
    """The first answer of a server that is starting."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return httpx.get(f"{address}/readyz")
        except httpx.TransportError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_a_server_answers_until_it_is_told_to_stop(database: Addresses) -> None:
    asyncio.run(catch_up(database.owner, database.application))
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    process = command.started("serve", "--port", str(port), DATABASE_URL=database.application)

    try:
        ready = until_ready(address)
        answers = [
            httpx.post(f"{address}/graphql", json={"query": "{ __typename }"}),
            httpx.get(f"{address}/graphiql/"),
        ]
        process.send_signal(signal.SIGTERM)
        printed, log = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()

    assert (ready.status_code, "server" in ready.headers) == (200, False)
    assert [answer.status_code for answer in answers] == [401, 404]
    assert (process.returncode, printed) == (0, "")
    assert [line.split(" INFO ")[1] for line in log.splitlines()] == [
        f"Serving on 127.0.0.1, port {port}",
        "Stopped",
    ]
