"""Changing a customer: what is given, and nothing else (CUS-3, GEN-1)."""

import json
from typing import Any

import pytest

from domain.access import Role, Scope
from tests.api import Api, codes
from tests.make import JOINED, Fleet, Make, Who

UPDATE = """
mutation ($input: UpdateCustomerInput!) {
  updateCustomer(input: $input) {
    customer { name phone region { id } }
    userErrors { code field }
  }
}
"""
UNKNOWN = "cust_00000000000000000000000000"
FIRST = {"name": "Ada Lovelace", "phone": "+14155550100", "region": None}


async def update(api: Api, who: Who, customer: str, **changes: Any) -> dict[str, Any]:
    asked = {"customerId": customer, **changes}
    payload: dict[str, Any] = (await api.get(who, UPDATE, input=asked))["updateCustomer"]
    return payload


async def trail(fleet: Fleet) -> list[tuple[str, ...]]:
    rows = await fleet.make.store.fetch(
        "SELECT actor, action, customer_id, note, changes::text FROM audit_entry"
        " WHERE subaccount_id = $1 ORDER BY created_at, id",
        fleet.id,
    )
    return [tuple(row) for row in rows]


async def jobs(fleet: Fleet) -> list[tuple[str, str]]:
    rows = await fleet.make.store.fetch(
        "SELECT kind, subject_id FROM job WHERE subaccount_id = $1", fleet.id
    )
    return [tuple(row) for row in rows]


def refused(code: str, field: str) -> dict[str, Any]:
    return {"customer": None, "userErrors": [{"code": code, "field": ["input", field]}]}


@pytest.mark.rule("CUS-3")
async def test_name_phone_and_region_are_changed_and_the_note_is_kept(
    api: Api, fleet: Fleet
) -> None:
    customer, region = await fleet.customer(), await fleet.region()
    clerk = await fleet.operator(Role.CUSTOMER_SUPPORT)

    payload = await update(
        api, clerk, customer,
        name=" Ada King ", phone="+442071838750", regionId=region, note="By telephone",
    )  # fmt: skip

    assert payload == {
        "customer": {"name": "Ada King", "phone": "+442071838750", "region": {"id": region}},
        "userErrors": [],
    }
    ((*who, changes),) = await trail(fleet)
    assert who == [clerk.id, "update_customer", customer, "By telephone"]
    assert json.loads(changes) == {
        "before": {"name": "Ada Lovelace", "phone": "+14155550100", "region_id": None},
        "after": {"name": "Ada King", "phone": "+442071838750", "region_id": region},
    }
    assert await jobs(fleet) == [("look_up_phone", customer)]
    found = await api.get(
        clerk,
        "query ($id: ID!) { subaccount(id: $id) {"
        ' customers(search: "Ada King 7183") { nodes { name } } } }',
        id=fleet.id,
    )
    assert found["subaccount"]["customers"]["nodes"] == [{"name": "Ada King"}]


@pytest.mark.rule("GEN-1")
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {}),
        ({"phone": None}, {"phone": None}),
        ({"regionId": None}, {"region": None}),
        ({"name": "Ada King"}, {"name": "Ada King"}),
        ({"name": "Ada King", "phone": None, "regionId": None},
         {"name": "Ada King", "phone": None, "region": None}),
    ],
)  # fmt: skip
async def test_an_absent_field_stays_and_a_null_clears(
    api: Api, fleet: Fleet, changes: dict[str, Any], expected: dict[str, Any]
) -> None:
    region = await fleet.region()
    customer = await fleet.customer(region_id=region)

    payload = await update(api, await fleet.operator(), customer, **changes)

    before = FIRST | {"region": {"id": region}}
    assert payload == {"customer": before | expected, "userErrors": []}
    assert len(await trail(fleet)) == bool(changes)
    assert await jobs(fleet) == []


@pytest.mark.rule("GEN-1")
@pytest.mark.parametrize("name", [None, "", " ", "x" * 201, "a\0b", "x" * 200_000])
async def test_a_name_cannot_be_cleared(api: Api, fleet: Fleet, name: str | None) -> None:
    customer = await fleet.customer()

    payload = await update(api, await fleet.operator(), customer, name=name, phone=None)

    assert payload == refused("INVALID_INPUT", "name")
    assert await trail(fleet) == []
    kept = await fleet.make.store.fetchrow(
        "SELECT name, phone FROM customer WHERE id = $1", customer
    )
    assert tuple(kept or ()) == ("Ada Lovelace", "+14155550100")


@pytest.mark.rule("AUD-1")
async def test_what_changes_nothing_leaves_no_entry_and_no_job(api: Api, fleet: Fleet) -> None:
    customer = await fleet.customer()
    same = {"name": " Ada Lovelace", "phone": "+14155550100", "regionId": None, "note": "Why not"}

    payload = await update(api, await fleet.operator(), customer, **same)

    assert payload == {"customer": FIRST, "userErrors": []}
    assert (await trail(fleet), await jobs(fleet)) == ([], [])


@pytest.mark.rule("CUS-3")
@pytest.mark.parametrize("phone", ["4155550100", "+1 415 555 0100", "+1-415-555-0100", "", "+1\0"])
async def test_a_phone_that_is_not_e164_is_bad_input(api: Api, fleet: Fleet, phone: str) -> None:
    customer = await fleet.customer()
    asked = {"customerId": customer, "phone": phone}

    answer = await api.answer(await fleet.operator(), UPDATE, input=asked)

    assert codes(answer.json())[0][1] == "BAD_USER_INPUT"
    assert (await trail(fleet), await jobs(fleet)) == ([], [])


@pytest.mark.parametrize("note", ["x" * 501, "a\0b", "x" * 200_000])
async def test_a_note_that_cannot_be_kept_is_refused(api: Api, fleet: Fleet, note: str) -> None:
    customer = await fleet.customer()

    payload = await update(api, await fleet.operator(), customer, name="Ada King", note=note)

    assert payload == refused("INVALID_INPUT", "note")
    assert await trail(fleet) == []


@pytest.mark.rule("ROL-4")
async def test_a_region_is_one_of_the_customers_fleet(api: Api, fleet: Fleet, make: Make) -> None:
    other = await make.fleet()
    customer, elsewhere = await fleet.customer(), await other.region()
    both = await make.operator(fleet, other)

    for region in (elsewhere, "reg_00000000000000000000000000", customer):
        payload = await update(api, both, customer, regionId=region, name="")
        assert payload["userErrors"] == [
            {"code": "INVALID_INPUT", "field": ["input", "name"]},
            {"code": "NOT_FOUND", "field": ["input", "regionId"]},
        ]
    assert await trail(fleet) == []


@pytest.mark.rule("ROL-2")
async def test_a_rider_changes_its_own_name_and_phone(api: Api, fleet: Fleet) -> None:
    customer = await fleet.customer()
    rider = await fleet.rider(customer)

    payload = await update(api, rider, customer, name="Ada King", phone=None)

    assert payload["customer"] == {"name": "Ada King", "phone": None, "region": None}
    assert [line[:2] for line in await trail(fleet)] == [(customer, "update_customer")]


@pytest.mark.rule("ROL-2", "ROL-5")
@pytest.mark.parametrize("changed", [{"regionId": None}, {"note": "Mine"}])
async def test_a_rider_changes_nothing_else(
    api: Api, fleet: Fleet, changed: dict[str, Any]
) -> None:
    customer = await fleet.customer(region_id=await fleet.region())
    asked = {"customerId": customer, "name": "Ada King", **changed}

    answer = await api.ask(await fleet.rider(customer), UPDATE, input=asked)

    assert answer["data"] == {"updateCustomer": None}
    assert codes(answer) == [(["updateCustomer"], "FORBIDDEN")]
    assert await trail(fleet) == []


@pytest.mark.rule("ROL-4")
async def test_whom_the_caller_does_not_reach_is_missing(
    api: Api, fleet: Fleet, make: Make
) -> None:
    other = await make.fleet()
    theirs, own, neighbour = [await each.customer() for each in (other, fleet, fleet)]
    callers = {
        await fleet.operator(): theirs,
        await fleet.partner(Scope.CUSTOMERS_WRITE, Scope.CUSTOMERS_READ): theirs,
        await fleet.rider(own): neighbour,
    }

    for who, target in callers.items():
        answers = [
            (await api.answer(who, UPDATE, input={"customerId": id, "name": "X"})).content
            for id in (target, UNKNOWN)
        ]
        assert answers[0] == answers[1]
        assert b"NOT_FOUND" in answers[0]
    assert (await trail(fleet), await trail(other)) == ([], [])


async def test_a_deleted_customer_is_not_changed(api: Api, fleet: Fleet) -> None:
    customer = await fleet.customer(deleted_at=JOINED)

    payload = await update(api, await fleet.operator(), customer, name="Ada King")

    assert payload == refused("CUSTOMER_DELETED", "customerId")
    assert await trail(fleet) == []
