"""How long an operation runs: queries as long as somebody waits, mutations to their end."""

import asyncio

import httpx
import pytest

from server import graphql
from tests.server.door import TOKEN, House, asker, door, error, told
from tests.serving import serving

HEADERS = {"Authorization": TOKEN}
BUSY = "The server is busy. Ask again in a moment."


@pytest.fixture
def house() -> House:
    return House()


async def test_a_query_has_a_deadline(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphql, "QUERY_SECONDS", 0.05)

    answer = await asker(door(house)).post("/", json={"query": "{ node { node { waits } } hello }"})

    assert (answer.status_code, told(answer)) == (503, {"errors": [error("OVERLOADED", BUSY)]})
    assert house.pages[0].ends == ["cancelled", "closed"]


async def test_a_query_ends_with_its_client(house: House) -> None:
    async with serving(door(house)) as address, httpx.AsyncClient(headers=HEADERS) as client:
        asking = asyncio.create_task(client.post(address, json={"query": "{ node { waits } }"}))
        await house.made.wait()
        await house.pages[0].begun.wait()

        asking.cancel()
        await asyncio.wait_for(house.pages[0].closed.wait(), 5)

    assert house.pages[0].ends == ["cancelled", "closed"]


async def test_a_mutation_outlives_its_client(house: House) -> None:
    async with serving(door(house)) as address, httpx.AsyncClient(headers=HEADERS) as client:
        asking = asyncio.create_task(client.post(address, json={"query": "mutation { act }"}))
        await house.made.wait()
        await house.pages[0].begun.wait()

        asking.cancel()
        await asyncio.sleep(0.1)
        house.pages[0].go_on.set()
        await asyncio.wait_for(house.pages[0].closed.wait(), 5)

    assert house.pages[0].ends == ["done", "closed"]
