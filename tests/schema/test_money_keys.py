"""One key, one effect: for every mutation of the wallet (WAL-8)."""

import asyncio
from typing import Any

import pytest

from tests.api import Api, codes
from tests.booking import (
    AMOUNTS,
    MUTATIONS,
    asked,
    document,
    kept,
    perform,
    refusals,
    subject_of,
    until_answered,
)
from tests.make import Fleet, Make

HELD = """INSERT INTO idempotency (caller_id, key, input_hash, created_at)
VALUES ($1, 'k1', '', now())"""
OTHER: dict[str, dict[str, Any]] = {
    "addWalletCredit": {"note": "Another"},
    "addBonus": {"reason": "OPERATOR"},
    "chargeFee": {"description": "Lost helmet"},
    "reduceBalance": {"allowNegative": True},
    "topUpWallet": {"mode": "OTHER"},
    "reverseWalletTransaction": {"reason": "Another"},
}
REFUSED: dict[str, dict[str, Any]] = {
    "addWalletCredit": {"amount": {"amount": "0", "currency": "USD"}},
    "addBonus": {"reason": "OTHER"},
    "chargeFee": {"description": " "},
    "reduceBalance": {"amount": {"amount": "6.01", "currency": "USD"}},
    "topUpWallet": {"mode": "SAVED_CARD"},
    "reverseWalletTransaction": {"reason": " "},
}
pytestmark = pytest.mark.rule("WAL-8")


@pytest.mark.parametrize("name", MUTATIONS)
async def test_fifty_duplicates_at_once_have_one_effect(api: Api, fleet: Fleet, name: str) -> None:
    customer, clerk = await fleet.customer(balance=600), await fleet.operator()
    subject = await subject_of(fleet, name, customer)
    before = await kept(fleet)

    payloads = await asyncio.gather(
        *(until_answered(api, clerk, name, subject, "6") for _ in range(50))
    )

    assert sorted(payload["replayed"] for payload in payloads) == [False] + [True] * 49
    assert len({payload["transactions"][0]["id"] for payload in payloads}) == 1
    assert [payload for payload in payloads if payload["userErrors"]] == []
    assert await kept(fleet) == before | {"entry": before["entry"] + 1, "audit_entry": 1}


@pytest.mark.parametrize("name", MUTATIONS)
async def test_a_repeated_key_gives_the_first_lines_and_the_wallet_as_it_is_now(
    api: Api, fleet: Fleet, name: str
) -> None:
    customer, clerk = await fleet.customer(balance=600), await fleet.operator()
    subject = await subject_of(fleet, name, customer)
    first = await perform(api, clerk, name, subject)
    await fleet.post(customer, 100)

    again = await perform(api, clerk, name, subject)

    assert again["replayed"] is True
    assert again["transactions"] == first["transactions"]
    was, now = (float(payload["wallet"]["balance"]["amount"]) for payload in (first, again))
    assert now - was == 1


@pytest.mark.parametrize("name", MUTATIONS)
async def test_while_the_first_is_under_way_it_is_in_progress(
    api: Api, fleet: Fleet, name: str
) -> None:
    clerk = await fleet.operator()
    subject = await subject_of(fleet, name, await fleet.customer(balance=600))
    before = await kept(fleet)

    async with fleet.make.store.acquire() as holder:
        first = holder.transaction()
        await first.start()
        await holder.execute(HELD, clerk.id)
        answer = await api.ask(clerk, document(name), input=asked(name, subject))
        await first.rollback()  # it came to nothing

    assert answer["data"] == {name: None}
    assert codes(answer) == [([name], "IN_PROGRESS")]
    assert await kept(fleet) == before
    assert (await perform(api, clerk, name, subject))["replayed"] is False


@pytest.mark.parametrize("name", MUTATIONS)
async def test_another_input_under_the_same_key_is_refused(
    api: Api, fleet: Fleet, name: str
) -> None:
    subject, other = [
        await subject_of(fleet, name, await fleet.customer(balance=600)) for _ in range(2)
    ]
    clerk = await fleet.operator()
    await perform(api, clerk, name, subject)
    before = await kept(fleet)

    payloads = [
        await perform(api, clerk, name, other),
        await perform(api, clerk, name, subject, **OTHER[name]),
    ]
    if name in AMOUNTS:
        payloads.append(await perform(api, clerk, name, subject, "5.01"))

    told = {refusal for payload in payloads for refusal in refusals(payload)}
    assert told == {("IDEMPOTENCY_KEY_REUSED", "idempotencyKey")}
    assert await kept(fleet) == before


@pytest.mark.parametrize("name", MUTATIONS)
async def test_the_ledger_refuses_a_key_for_ever_whatever_it_comes_with(
    api: Api, fleet: Fleet, make: Make, name: str
) -> None:
    elsewhere = await make.fleet()
    clerk = await make.operator(fleet, elsewhere)
    customer = await fleet.customer(balance=600)
    await perform(api, clerk, name, await subject_of(fleet, name, customer))
    await make.store.execute("DELETE FROM idempotency WHERE caller_id = $1", clerk.id)
    before = await kept(fleet)

    for again in MUTATIONS:
        for place in (fleet, elsewhere):
            one = await place.customer(balance=600)
            subject = await subject_of(place, again, one)
            payload = await perform(api, clerk, again, subject)
            assert refusals(payload) == [("IDEMPOTENCY_KEY_REUSED", "idempotencyKey")]

    assert (await kept(fleet))["audit_entry"] == before["audit_entry"] == 1
    assert (await kept(elsewhere))["audit_entry"] == 0


@pytest.mark.parametrize("name", MUTATIONS)
async def test_a_refusal_does_not_use_up_a_key(api: Api, fleet: Fleet, name: str) -> None:
    clerk = await fleet.operator()
    subject = await subject_of(fleet, name, await fleet.customer(balance=600))

    refused = await perform(api, clerk, name, subject, **REFUSED[name])
    payload = await perform(api, clerk, name, subject)

    assert len(refusals(refused)) == 1
    assert (payload["userErrors"], payload["replayed"]) == ([], False)
