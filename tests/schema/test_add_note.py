"""Notes on a customer (CUS-7)."""

from typing import Any

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.access import Role, Scope
from tests.api import Api, codes
from tests.conftest import Clock
from tests.loyal import NOON
from tests.make import JOINED, Fleet, Make, Who

ADD = """
mutation ($input: AddCustomerNoteInput!) {
  addCustomerNote(input: $input) {
    note { id text author { ... on Operator { name } } createdAt }
    customer { id notes { nodes { id } } }
    userErrors { code field }
  }
}
"""
WRITE = """
mutation ($input: AddCustomerNoteInput!) {
  addCustomerNote(input: $input) { note { text } userErrors { code } }
}
"""


async def add(api: Api, who: Who, customer: str, text: str) -> dict[str, Any]:
    asked = {"customerId": customer, "text": text}
    payload: dict[str, Any] = (await api.get(who, ADD, input=asked))["addCustomerNote"]
    return payload


def refused(code: str, field: str) -> dict[str, Any]:
    errors = [{"code": code, "field": ["input", field]}]
    return {"note": None, "customer": None, "userErrors": errors}


@pytest.mark.rule("CUS-7")
async def test_a_note_has_its_author_and_time_and_leaves_a_trail(
    api: Api, fleet: Fleet, clock: Clock
) -> None:
    clock.at = NOON
    customer, clerk = await fleet.customer(), await fleet.operator(Role.CUSTOMER_SUPPORT)

    payload = await add(api, clerk, customer, "Calls often.\nSpeaks 日本語.")

    note_id = payload["note"].pop("id")
    assert payload == {
        "note": {
            "text": "Calls often.\nSpeaks 日本語.",
            "author": {"name": "Olga Operator"},
            "createdAt": NOON.isoformat().replace("+00:00", "Z"),
        },
        "customer": {"id": customer, "notes": {"nodes": [{"id": note_id}]}},
        "userErrors": [],
    }
    entry = await fleet.make.store.fetchrow(
        "SELECT actor, action, customer_id, changes::text FROM audit_entry"
        " WHERE subaccount_id = $1",
        fleet.id,
    )
    changes = f'{{"after": {{"note": "{note_id}"}}, "before": {{}}}}'
    assert tuple(entry or ()) == (clerk.id, "add_customer_note", customer, changes)


@pytest.mark.rule("CUS-7")
@pytest.mark.parametrize("text", ["x", "x" * 5000, "é" * 5000])
async def test_a_note_has_1_to_5000_characters(api: Api, fleet: Fleet, text: str) -> None:
    payload = await add(api, await fleet.operator(), await fleet.customer(), text)

    assert payload["note"]["text"] == text


@pytest.mark.rule("CUS-7")
@pytest.mark.parametrize("text", ["", " \n\u00a0", "x" * 5001, "a\0b", "x" * 200_000])
async def test_what_is_no_note_is_refused(api: Api, fleet: Fleet, text: str) -> None:
    payload = await add(api, await fleet.operator(), await fleet.customer(), text)

    assert payload == refused("INVALID_INPUT", "text")
    assert await fleet.kept("customer_note", "audit_entry") == {
        "customer_note": 0,
        "audit_entry": 0,
    }


@pytest.mark.rule("ROL-2")
async def test_a_partner_writes_notes_and_reads_none(api: Api, fleet: Fleet) -> None:
    customer, partner = await fleet.customer(), await fleet.partner(Scope.CUSTOMERS_WRITE)

    answer = await api.ask(partner, WRITE, input={"customerId": customer, "text": "Called us"})

    assert answer["data"] == {"addCustomerNote": {"note": None, "userErrors": []}}
    assert codes(answer) == [(["addCustomerNote", "note"], "FORBIDDEN")]
    row = await fleet.make.store.fetchrow(
        "SELECT text, author FROM customer_note WHERE subaccount_id = $1", fleet.id
    )
    assert tuple(row or ()) == ("Called us", partner.id)


async def test_a_deleted_customer_gets_no_note(api: Api, fleet: Fleet) -> None:
    customer = await fleet.customer(deleted_at=JOINED)

    payload = await add(api, await fleet.operator(), customer, "Too late")

    assert payload == refused("CUSTOMER_DELETED", "customerId")
    assert await fleet.kept("customer_note") == {"customer_note": 0}


@pytest.mark.rule("ROL-4")
async def test_another_fleets_customer_is_answered_as_a_missing_one(
    api: Api, fleet: Fleet, make: Make
) -> None:
    other, clerk = await make.fleet(), await fleet.operator()
    theirs = await other.customer()

    answers = [
        (await api.answer(clerk, ADD, input={"customerId": id, "text": "Hm"})).content
        for id in (theirs, "cust_00000000000000000000000000")
    ]

    assert answers[0] == answers[1]
    assert b"NOT_FOUND" in answers[0]
    assert await other.kept("customer_note", "audit_entry") == {
        "customer_note": 0,
        "audit_entry": 0,
    }


@pytest.mark.rule("CUS-7")
@pytest.mark.parametrize(
    "change", ["UPDATE customer_note SET text = 'x'", "DELETE FROM customer_note"]
)
async def test_a_note_is_neither_changed_nor_removed(engine: AsyncEngine, change: str) -> None:
    async with engine.connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert isinstance(raw, asyncpg.Connection)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await raw.execute(change)
