"""Blocking and unblocking (CUS-4)."""

from typing import Any

import pytest

from tests.api import Api, codes
from tests.make import JOINED, Fleet, Make, Who
from tests.riding import ride, vehicle

BLOCK = """
mutation ($input: BlockCustomerInput!) {
  blockCustomer(input: $input) {
    customer { status blocked blockedReason badges } userErrors { code field }
  }
}
"""
UNBLOCK = """
mutation ($input: UnblockCustomerInput!) {
  unblockCustomer(input: $input) {
    customer { status blocked blockedAt blockedReason } userErrors { code field }
  }
}
"""
TABS = "query ($id: ID!) { subaccount(id: $id) { customerTabs { tab count } } }"


async def block(api: Api, who: Who, customer: str, reason: str = "Ran off") -> dict[str, Any]:
    asked = {"customerId": customer, "reason": reason}
    payload: dict[str, Any] = (await api.get(who, BLOCK, input=asked))["blockCustomer"]
    return payload


async def unblock(api: Api, who: Who, customer: str, **note: str) -> dict[str, Any]:
    asked = {"customerId": customer, **note}
    payload: dict[str, Any] = (await api.get(who, UNBLOCK, input=asked))["unblockCustomer"]
    return payload


def refused(*refusals: tuple[str, str]) -> dict[str, Any]:
    errors = [{"code": code, "field": ["input", field]} for code, field in refusals]
    return {"customer": None, "userErrors": errors}


async def trail(fleet: Fleet) -> list[tuple[Any, ...]]:
    rows = await fleet.make.store.fetch(
        "SELECT action, customer_id, note, changes #>> '{before,blocked_reason}',"
        " changes #>> '{after,blocked_reason}' FROM audit_entry"
        " WHERE subaccount_id = $1 ORDER BY created_at, id",
        fleet.id,
    )
    return [tuple(row) for row in rows]


async def counted(api: Api, who: Who, fleet: Fleet) -> dict[str, int]:
    tabs = (await api.get(who, TABS, id=fleet.id))["subaccount"]["customerTabs"]
    return {tab["tab"]: tab["count"] for tab in tabs if tab["tab"] in ("BLOCKED", "UNBLOCKED")}


@pytest.mark.rule("CUS-4")
async def test_a_customer_is_blocked_and_unblocked_at_once(api: Api, fleet: Fleet) -> None:
    customer, admin = await fleet.customer(), await fleet.operator()

    blocked = await block(api, admin, customer)
    while_blocked = await counted(api, admin, fleet)
    unblocked = await unblock(api, admin, customer, note="Came back")

    assert blocked == {
        "customer": {
            "status": "BLOCKED",
            "blocked": True,
            "blockedReason": "Ran off",
            "badges": ["NEW", "BLOCKED"],
        },
        "userErrors": [],
    }
    assert unblocked == {
        "customer": {"status": "NEW", "blocked": False, "blockedAt": None, "blockedReason": None},
        "userErrors": [],
    }
    assert while_blocked == {"BLOCKED": 1, "UNBLOCKED": 0}
    assert await counted(api, admin, fleet) == {"BLOCKED": 0, "UNBLOCKED": 1}
    assert await trail(fleet) == [
        ("block_customer", customer, "Ran off", None, "Ran off"),
        ("unblock_customer", customer, "Came back", "Ran off", None),
    ]


@pytest.mark.rule("CUS-4")
async def test_blocking_twice_and_unblocking_twice_is_a_conflict(api: Api, fleet: Fleet) -> None:
    customer, admin = await fleet.customer(), await fleet.operator()

    unblocked = await unblock(api, admin, customer)
    await block(api, admin, customer)
    blocked = await block(api, admin, customer, "Another reason")
    nothing_right = await block(api, admin, customer, " ")

    assert unblocked == blocked == refused(("CONFLICT", "customerId"))
    assert nothing_right == refused(("CONFLICT", "customerId"), ("REASON_REQUIRED", "reason"))
    assert await trail(fleet) == [("block_customer", customer, "Ran off", None, "Ran off")]
    kept = await fleet.make.store.fetchval(
        "SELECT blocked_reason FROM customer WHERE id = $1", customer
    )
    assert kept == "Ran off"


@pytest.mark.rule("CUS-4")
@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("", "REASON_REQUIRED"),
        (" \n\u00a0", "REASON_REQUIRED"),
        ("x" * 501, "INVALID_INPUT"),
        ("a\0b", "INVALID_INPUT"),
        ("x" * 200_000, "INVALID_INPUT"),
    ],
)
async def test_blocking_needs_a_reason(api: Api, fleet: Fleet, reason: str, code: str) -> None:
    customer = await fleet.customer()

    payload = await block(api, await fleet.operator(), customer, reason)

    assert payload == refused((code, "reason"))
    assert await trail(fleet) == []


@pytest.mark.rule("CUS-4")
async def test_a_ride_that_is_under_way_goes_on_and_the_rider_still_reads_itself(
    api: Api, fleet: Fleet
) -> None:
    customer = await fleet.customer()
    rider = await fleet.rider(customer)
    ride_id = await ride(fleet, customer, await vehicle(fleet), status="ACTIVE")

    payload = await block(api, await fleet.operator(), customer)
    seen = await api.get(rider, "{ me { status activeRide { id status } } }")

    assert payload["userErrors"] == []
    assert seen["me"] == {"status": "BLOCKED", "activeRide": {"id": ride_id, "status": "ACTIVE"}}


@pytest.mark.parametrize("note", ["x" * 501, "a\0b"])
async def test_a_note_that_cannot_be_kept_is_refused(api: Api, fleet: Fleet, note: str) -> None:
    customer, admin = await fleet.customer(), await fleet.operator()
    await block(api, admin, customer)

    payload = await unblock(api, admin, customer, note=note)

    assert payload == refused(("INVALID_INPUT", "note"))
    assert len(await trail(fleet)) == 1


async def test_a_deleted_customer_is_neither_blocked_nor_unblocked(api: Api, fleet: Fleet) -> None:
    customer, admin = await fleet.customer(deleted_at=JOINED), await fleet.operator()

    payloads = [await block(api, admin, customer), await unblock(api, admin, customer)]

    assert payloads == [refused(("CUSTOMER_DELETED", "customerId"))] * 2
    assert await trail(fleet) == []


@pytest.mark.rule("ROL-4")
async def test_another_fleets_customer_is_answered_as_a_missing_one(
    api: Api, fleet: Fleet, make: Make
) -> None:
    other, admin = await make.fleet(), await fleet.operator()
    theirs, missing = await other.customer(), "cust_00000000000000000000000000"

    for document, more in ((BLOCK, {"reason": "Ran off"}), (UNBLOCK, {})):
        answers = [
            (await api.answer(admin, document, input={"customerId": id, **more})).content
            for id in (theirs, missing)
        ]
        assert answers[0] == answers[1]
        assert b"NOT_FOUND" in answers[0]
    assert await trail(other) == []


async def test_an_id_that_never_was_one_is_bad_input(api: Api, fleet: Fleet) -> None:
    asked = {"customerId": "no id", "reason": "Ran off"}

    answer = await api.ask(await fleet.operator(), BLOCK, input=asked)

    assert codes(answer) == [(["blockCustomer"], "BAD_USER_INPUT")]
