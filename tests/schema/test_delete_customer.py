"""Closing an account (CUS-5)."""

from typing import Any

import orjson
import pytest

from db.invariants import promises
from domain.ids import Prefix
from tests.api import Api
from tests.make import JOINED, Fleet, Make, Who, new
from tests.riding import ride, vehicle

DELETE = """
mutation ($input: DeleteCustomerInput!) {
  deleteCustomer(input: $input) {
    customer { id status deletedAt wallet { balance { amount } } paymentMethods { id }
               rides { nodes { id } } subscriptions { nodes { status } } }
    userErrors { code field }
  }
}
"""
NAME = "Ada Lovelace"
CLOSED = [name for name in promises() if name.startswith("CUS-5")]


async def delete(api: Api, who: Who, customer: str, confirmation: str = NAME) -> dict[str, Any]:
    asked = {"customerId": customer, "confirmation": confirmation}
    payload: dict[str, Any] = (await api.get(who, DELETE, input=asked))["deleteCustomer"]
    return payload


def refused(*refusals: tuple[str, str]) -> dict[str, Any]:
    errors = [{"code": code, "field": ["input", field]} for code, field in refusals]
    return {"customer": None, "userErrors": errors}


async def untouched(fleet: Fleet, customer: str) -> bool:
    """Whether the customer is there, with its card, and nothing was left behind."""
    row = await fleet.make.store.fetchrow(
        "SELECT deleted_at, (SELECT bool_or(closed) FROM account WHERE customer_id = c.id)"
        " FROM customer c WHERE id = $1",
        customer,
    )
    return tuple(row or ()) == (None, False) and await fleet.kept("audit_entry") == {
        "audit_entry": 0
    }


async def broken(fleet: Fleet) -> list[str]:
    """The promises about deleted customers that this fleet breaks."""
    store = fleet.make.store
    found = {each: await store.fetchval(promises()[each], [fleet.id]) for each in CLOSED}
    return [each for each, rows in found.items() if rows]


async def card(fleet: Fleet, customer: str) -> str:
    values = {"customer_id": customer, "type": "CARD", "last4": "4242", "is_default": True}
    more = {"verification": "VERIFIED", "added_at": JOINED}
    return await fleet.row("payment_method", id=new(Prefix.PAYMENT_METHOD), **values, **more)


async def subscription(fleet: Fleet, customer: str, status: str) -> str:
    plan = {"name": "Monthly", "price": 999, "billing_frequency": "MONTHLY", "active": True}
    plan_id = await fleet.row("plan", id=new(Prefix.PLAN), **plan)
    values = {
        "customer_id": customer,
        "plan_id": plan_id,
        "package_name": "Monthly",
        "status": status,
        "start_date": JOINED,
        "billing_frequency": "MONTHLY",
        "amount": 999,
    }
    return await fleet.row("ride_subscription", id=new(Prefix.RIDE_SUBSCRIPTION), **values)


@pytest.mark.rule("CUS-5")
async def test_cards_go_subscriptions_end_and_rides_and_ledger_stay(api: Api, fleet: Fleet) -> None:
    customer, neighbour = await fleet.customer(balance=1250), await fleet.customer()
    own, other = await card(fleet, customer), await card(fleet, neighbour)
    running = [await subscription(fleet, customer, each) for each in ("ACTIVE", "PENDING")]
    await subscription(fleet, customer, "EXPIRED")
    theirs = await subscription(fleet, neighbour, "ACTIVE")
    ridden = await ride(fleet, customer, await vehicle(fleet))
    admin = await fleet.operator()

    payload = await delete(api, admin, customer)

    assert payload["customer"].pop("deletedAt") is not None
    assert payload["userErrors"] == []
    statuses = payload["customer"].pop("subscriptions")["nodes"]
    assert sorted(line["status"] for line in statuses) == ["CANCELLED", "CANCELLED", "EXPIRED"]
    assert payload["customer"] == {
        "id": customer,
        "status": "DELETED",
        "wallet": {"balance": {"amount": "12.50"}},
        "paymentMethods": [],
        "rides": {"nodes": [{"id": ridden}]},
    }
    entry = await fleet.make.store.fetchrow(
        "SELECT actor, action, customer_id, note, changes::text FROM audit_entry"
        " WHERE subaccount_id = $1",
        fleet.id,
    )
    *who, changes = tuple(entry or ())
    assert who == [admin.id, "delete_customer", customer, None]
    before, after = orjson.loads(changes)["before"], orjson.loads(changes)["after"]
    gone = {"payment_methods": [own], "subscriptions": sorted(running)}
    assert before == {"deleted_at": None, **gone}
    assert after.pop("deleted_at") is not None
    assert after == {"payment_methods": [], "subscriptions": []}
    left = await fleet.make.store.fetch(
        "SELECT id FROM payment_method WHERE subaccount_id = $1 UNION ALL"
        " SELECT id FROM ride_subscription WHERE subaccount_id = $1 AND status = 'ACTIVE'",
        fleet.id,
    )
    assert [row["id"] for row in left] == [other, theirs]
    assert await broken(fleet) == []


@pytest.mark.rule("CUS-5")
@pytest.mark.parametrize(
    "typed",
    [
        "Zoë Ångström", "zoë ångström", "ZOË ÅNGSTRÖM", "  Zoë Ångström\n",
        "Zoe\u0308 A\u030angstro\u0308m",
        "Straße@Rider.example", "STRASSE@RIDER.EXAMPLE", " straße@rider.example ",
    ],
)  # fmt: skip
async def test_the_email_or_the_name_confirms_in_any_case(
    api: Api, fleet: Fleet, typed: str
) -> None:
    customer = await fleet.customer(name="Zoë Ångström", email="straße@rider.example")

    payload = await delete(api, await fleet.operator(), customer, typed)

    assert payload["customer"]["status"] == "DELETED"


@pytest.mark.rule("CUS-5")
@pytest.mark.parametrize(
    "typed", ["", " ", "Ada", "Ada  Lovelace", "Ada Lovelace.", "None", "a\0b", "x" * 200_000]
)
async def test_anything_else_does_not(api: Api, fleet: Fleet, typed: str) -> None:
    customer = await fleet.customer(email=None)

    payload = await delete(api, await fleet.operator(), customer, typed)

    assert payload == refused(("CONFIRMATION_MISMATCH", "confirmation"))
    assert await untouched(fleet, customer)


@pytest.mark.rule("CUS-5")
async def test_a_ride_and_a_debt_are_in_the_way_and_told_together(api: Api, fleet: Fleet) -> None:
    owing, riding = await fleet.customer(balance=-1), await fleet.customer()
    both, admin = await fleet.customer(balance=-1), await fleet.operator()
    for customer in (riding, both):
        await ride(fleet, customer, await vehicle(fleet), status="ACTIVE")
    await card(fleet, both)

    payloads = [await delete(api, admin, customer) for customer in (owing, riding)]
    payloads.append(await delete(api, admin, both, "nobody"))

    ride_exists, debt = ("ACTIVE_RIDE_EXISTS", "customerId"), ("OUTSTANDING_DEBT", "customerId")
    assert payloads == [
        refused(debt),
        refused(ride_exists),
        refused(("CONFIRMATION_MISMATCH", "confirmation"), ride_exists, debt),
    ]
    for customer in (owing, riding, both):
        assert await untouched(fleet, customer)
    assert await fleet.kept("payment_method") == {"payment_method": 1}


@pytest.mark.rule("CUS-5")
async def test_the_email_is_free_again_and_the_deleted_one_changes_no_more(
    api: Api, fleet: Fleet
) -> None:
    customer, admin = await fleet.customer(email="ada@rider.example"), await fleet.operator()
    await delete(api, admin, customer)

    again = await delete(api, admin, customer)
    namesake = await fleet.customer(email="ADA@rider.example")

    assert again == refused(("CUSTOMER_DELETED", "customerId"))
    assert await fleet.kept("audit_entry") == {"audit_entry": 1}
    assert namesake != customer


@pytest.mark.rule("CUS-5")
async def test_a_rider_whose_account_is_closed_is_nobody_at_once(api: Api, fleet: Fleet) -> None:
    customer = await fleet.customer()
    rider = await fleet.rider(customer)
    before = await api.answer(rider, "{ me { id } }")

    await delete(api, await fleet.operator(), customer)

    after = await api.answer(rider, "{ me { id } }")
    assert (before.status_code, after.status_code) == (200, 401)


@pytest.mark.rule("ROL-4")
async def test_another_fleets_customer_is_answered_as_a_missing_one(
    api: Api, fleet: Fleet, make: Make
) -> None:
    other, admin = await make.fleet(), await fleet.operator()
    theirs = await other.customer()

    answers = [
        (await api.answer(admin, DELETE, input={"customerId": id, "confirmation": NAME})).content
        for id in (theirs, "cust_00000000000000000000000000")
    ]

    assert answers[0] == answers[1]
    assert b"NOT_FOUND" in answers[0]
    assert await untouched(other, theirs)
