"""Numbers without gaps, while many sign up at once and some are killed in the middle (CUS-1)."""

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.api import Api, codes
from tests.conftest import Clock, application
from tests.make import Fleet, Who
from tests.serving import serving
from tests.signing import REGISTER, refusals, signup

KILL = """
SELECT count(pg_terminate_backend(pid)) FROM (
  SELECT pid FROM pg_stat_activity
  WHERE datname = current_database() AND usename = 'kickstand' AND backend_xid IS NOT NULL
  ORDER BY random() LIMIT 3
) writing
"""
AGAIN = {"IN_PROGRESS", "OVERLOADED"}
"""What a client asks again after, with the same key; nothing else may come of a kill."""


async def signed_up(api: Api, who: Who, told: Counter[str], **input: Any) -> dict[str, Any]:
    """The payload, asked for again as clients do when they are told to."""
    for _ in range(500):
        try:
            answer = await api.ask(who, REGISTER, input=input)
        except httpx.TransportError:
            told["cut"] += 1
            continue
        if not codes(answer):
            payload: dict[str, Any] = answer["data"]["registerCustomer"]
            return payload
        assert {code for _, code in codes(answer)} <= AGAIN
        told.update(code for _, code in codes(answer))
    raise AssertionError


async def kills(fleet: Fleet, over: asyncio.Event) -> int:
    """Kill connections that are writing, every now and then; gives how many."""
    killed = 0
    while not over.is_set():
        await asyncio.sleep(0.03)
        killed += await fleet.make.store.fetchval(KILL)
    return killed


@pytest.mark.rule("CUS-1")
@pytest.mark.parametrize("people", [50, pytest.param(1000, marks=pytest.mark.stress)])
async def test_signups_at_once_get_one_to_n_though_some_are_killed(
    engine: AsyncEngine, fleet: Fleet, clock: Clock, people: int
) -> None:
    who, told, over = await fleet.operator(), Counter[str](), asyncio.Event()
    asked = [signup(fleet, f"k{n}", email=f"person{n}@x.example") for n in range(people)]

    async with (
        application(engine, fleet.make.issuer, clock) as app,
        serving(app) as address,
        httpx.AsyncClient(base_url=address, timeout=30) as client,
    ):
        killing = asyncio.create_task(kills(fleet, over))
        api = Api(client)
        payloads = await asyncio.gather(*(signed_up(api, who, told, **each) for each in asked))
        over.set()
        killed = await killing

    assert killed > 0
    assert [refusals(payload) for payload in payloads] == [[]] * people
    numbers = [int(payload["customer"]["customerNumber"]) for payload in payloads]
    assert sorted(numbers) == [*range(1, people + 1)]
    kept = await fleet.make.store.fetch(
        "SELECT number FROM customer WHERE subaccount_id = $1 ORDER BY number", fleet.id
    )
    assert [row["number"] for row in kept] == [*range(1, people + 1)]
    assert await fleet.kept("audit_entry", "job") == {"audit_entry": people, "job": people}


@pytest.mark.rule("CUS-1")
async def test_one_email_at_once_is_one_customers(api: Api, fleet: Fleet) -> None:
    who, told = await fleet.operator(), Counter[str]()
    spelled = ["grace@navy.example", "GRACE@navy.example", "Grace@Navy.Example"] * 4

    payloads = await asyncio.gather(
        *(
            signed_up(api, who, told, **signup(fleet, f"k{place}", email=email))
            for place, email in enumerate(spelled)
        )
    )

    made = [payload["customer"]["customerNumber"] for payload in payloads if payload["customer"]]
    refused = [refusals(payload) for payload in payloads if not payload["customer"]]
    assert made == ["1"]
    assert refused == [[("ALREADY_EXISTS", ["input", "email"])]] * (len(spelled) - 1)
    assert await fleet.kept("customer", "audit_entry") == {"customer": 1, "audit_entry": 1}


@pytest.mark.rule("CUS-1")
async def test_a_refused_signup_takes_no_number_and_loaded_ones_are_gone_on_from(
    api: Api, fleet: Fleet
) -> None:
    who, told = await fleet.operator(), Counter[str]()
    await fleet.customer(number=41, email="loaded@x.example")

    refused = await signed_up(api, who, told, **signup(fleet, "k1", email="LOADED@x.example"))
    taken = await signed_up(api, who, told, **signup(fleet, "k2"))

    assert refusals(refused) == [("ALREADY_EXISTS", ["input", "email"])]
    assert taken["customer"]["customerNumber"] == "42"
