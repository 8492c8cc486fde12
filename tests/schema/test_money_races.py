"""A customer who changes while money is about to move."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest

from tests.api import Api
from tests.booking import (
    AMOUNTS,
    MUTATIONS,
    kept,
    refusals,
    subject_of,
    until_answered,
    waiting,
)
from tests.make import JOINED, Fleet


@asynccontextmanager
async def changing(fleet: Fleet, customer: str, **changes: Any) -> AsyncIterator[None]:
    """A change that is committed at the end, and that others wait for until then."""
    async with fleet.make.store.acquire() as connection, connection.transaction():
        await connection.execute("SELECT set_config('app.subaccounts', $1, true)", fleet.id)
        await connection.execute(
            "SELECT change_customer($1, $2, $3)", fleet.id, customer, orjson.dumps(changes).decode()
        )
        yield


@pytest.mark.rule("WAL-0")
@pytest.mark.parametrize("name", MUTATIONS)
async def test_no_money_moves_once_the_customer_is_deleted(
    api: Api, fleet: Fleet, name: str
) -> None:
    customer, clerk = await fleet.customer(balance=600), await fleet.operator()
    subject = await subject_of(fleet, name, customer)
    before = await kept(fleet)

    async with changing(fleet, customer, deleted_at=JOINED):
        moving = asyncio.create_task(until_answered(api, clerk, name, subject))
        await waiting(fleet.make)
    payload = await moving

    field = "customerId" if name in AMOUNTS else "transactionId"
    assert refusals(payload) == [("CUSTOMER_DELETED", field)]
    assert await kept(fleet) == before


async def test_no_top_up_is_recorded_once_the_customer_is_blocked(api: Api, fleet: Fleet) -> None:
    customer, clerk = await fleet.customer(), await fleet.operator()

    async with changing(fleet, customer, blocked_at=JOINED, blocked_reason="Ran off"):
        moving = asyncio.create_task(until_answered(api, clerk, "topUpWallet", customer))
        await waiting(fleet.make)
    payload = await moving

    assert refusals(payload) == [("CUSTOMER_BLOCKED", "customerId")]
    assert await kept(fleet) == {"entry": 0, "audit_entry": 0, "notification": 0, "job": 0}
