"""A rider signs itself up, and is the customer from then on (ROL-8)."""

import asyncio
from typing import Any

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.access import CallerKind
from server.development import RIDERS
from tests.api import Api, codes
from tests.make import HOUR, JOINED, Fleet, Make, Who
from tests.signing import (
    NOBODY,
    REGISTER,
    nothing_written,
    place,
    refusals,
    register,
    signup,
    stranger,
)

ME = "{ me { id } viewer { customer { id } } }"
EDIT = """mutation ($id: ID!) { updateCustomer(input: {customerId: $id, name: "Grace"}) {
  customer { id name } userErrors { code } } }"""

SETTINGS = "SELECT set_config('app.subaccounts', $1, true), set_config('app.caller', $2, true)"
BIND = "INSERT INTO rider (subaccount_id, issuer, subject, customer_id) VALUES ($1, $2, $3, $4)"


async def bindings(make: Make, who: Who) -> list[tuple[str, str]]:
    """The fleets and the customers to which a rider is bound."""
    rows = await make.store.fetch(
        "SELECT subaccount_id, customer_id FROM rider WHERE issuer = $1 AND subject = $2"
        " ORDER BY subaccount_id",
        RIDERS,
        who.id,
    )
    return [tuple(row) for row in rows]


@pytest.mark.rule("ROL-8")
async def test_a_rider_signs_up_and_is_bound_at_once(api: Api, fleet: Fleet, make: Make) -> None:
    rider = stranger(make, "bound at once")

    payload = await register(api, rider, **signup(fleet))
    seen = await api.get(rider, ME)
    edited = await api.get(rider, EDIT, id=payload["customer"]["id"])

    customer_id = payload["customer"]["id"]
    assert (payload["customer"]["email"], payload["userErrors"]) == ("grace@navy.example", [])
    assert seen == {"me": {"id": customer_id}, "viewer": {"customer": {"id": customer_id}}}
    assert edited["updateCustomer"]["customer"] == {"id": customer_id, "name": "Grace"}
    assert await bindings(make, rider) == [(fleet.id, customer_id)]
    actors = await make.store.fetch(
        "SELECT DISTINCT actor FROM audit_entry WHERE subaccount_id = $1", fleet.id
    )
    assert [row["actor"] for row in actors] == [customer_id]


@pytest.mark.rule("ROL-8")
async def test_the_answer_is_read_under_the_new_riders_own_rights(
    api: Api, fleet: Fleet, make: Make
) -> None:
    document = """mutation ($input: RegisterCustomerInput!) { registerCustomer(input: $input) {
      customer { email wallet { balance { amount } } blockedReason } } }"""

    answer = await api.ask(stranger(make), document, input=signup(fleet))

    assert answer["data"]["registerCustomer"]["customer"] == {
        "email": "grace@navy.example",
        "wallet": {"balance": {"amount": "0.00"}},
        "blockedReason": None,
    }
    assert codes(answer) == [(["registerCustomer", "customer", "blockedReason"], "FORBIDDEN")]


@pytest.mark.rule("ROL-8")
async def test_a_bound_rider_hears_the_first_outcome_and_signs_up_no_second_time(
    api: Api, fleet: Fleet, make: Make
) -> None:
    rider = stranger(make, "asks again")
    first = await register(api, rider, **signup(fleet))

    again = await register(api, rider, **signup(fleet))
    anew = await register(api, rider, **signup(fleet, "k2", email="other@navy.example"))

    assert again == first | {"replayed": True}
    assert anew == NOBODY | {"userErrors": [{"code": "ALREADY_EXISTS", "field": None}]}
    assert await fleet.kept("customer", "rider", "audit_entry") == {
        "customer": 1,
        "rider": 1,
        "audit_entry": 1,
    }


@pytest.mark.rule("ROL-8")
async def test_a_refused_rider_stays_nobody_and_reads_why(
    api: Api, fleet: Fleet, make: Make
) -> None:
    await fleet.customer(email="grace@navy.example")
    rider = stranger(make, "refused")

    answer = await api.ask(rider, REGISTER, input=signup(fleet))

    payload = answer["data"]["registerCustomer"]
    assert "errors" not in answer
    assert refusals(payload) == [("ALREADY_EXISTS", place("email"))]
    assert await bindings(make, rider) == []
    assert (await api.ask(rider, ME))["data"]["me"] is None


@pytest.mark.rule("ROL-8", "GEN-2")
async def test_an_unknown_fleet_is_not_found(api: Api, fleet: Fleet, make: Make) -> None:
    for id in ("sub_00000000000000000000000000", "cust_00000000000000000000000000"):
        asked = signup(fleet, subaccountId=id)
        payload = await register(api, stranger(make, "lost"), **asked)

        assert refusals(payload) == [("NOT_FOUND", place("subaccountId"))]
    assert await nothing_written(fleet)


@pytest.mark.rule("ROL-8")
@pytest.mark.parametrize("names_the_fleet", [True, False])
async def test_a_rider_of_one_fleet_signs_up_with_another(
    api: Api, fleet: Fleet, make: Make, names_the_fleet: bool
) -> None:
    rider, other = stranger(make, f"two fleets {names_the_fleet}"), await make.fleet()
    here = (await register(api, rider, **signup(fleet)))["customer"]["id"]
    if names_the_fleet:
        api.client.headers["X-Subaccount-Id"] = other.id

    payload = await register(api, rider, **signup(other, "k2"))

    there = payload["customer"]["id"]
    assert payload["replayed"] is False
    assert await bindings(make, rider) == sorted([(fleet.id, here), (other.id, there)])
    api.client.headers["X-Subaccount-Id"] = other.id
    assert (await api.get(rider, ME))["me"] == {"id": there}
    api.client.headers["X-Subaccount-Id"] = fleet.id
    assert (await api.get(rider, ME))["me"] == {"id": here}


@pytest.mark.rule("ROL-8")
async def test_a_rider_whose_customer_was_deleted_is_nobody(
    api: Api, fleet: Fleet, make: Make
) -> None:
    rider = stranger(make, "deleted")
    customer_id = (await register(api, rider, **signup(fleet)))["customer"]["id"]
    await fleet.change(customer_id, deleted_at=JOINED)

    answer = await api.answer(rider, REGISTER, input=signup(fleet, "k2"))

    assert answer.status_code == 401
    assert await fleet.kept("customer") == {"customer": 1}


@pytest.mark.rule("ROL-8")
async def test_a_deleted_customer_is_not_replaced_from_another_fleet(
    api: Api, fleet: Fleet, make: Make
) -> None:
    rider, other = stranger(make, "deleted here"), await make.fleet()
    customer_id = (await register(api, rider, **signup(fleet)))["customer"]["id"]
    await register(api, rider, **signup(other, "k2"))
    await fleet.change(customer_id, deleted_at=JOINED)

    payload = await register(api, rider, **signup(fleet, "k3"))

    assert refusals(payload) == [("ALREADY_EXISTS", None)]
    assert await fleet.kept("customer", "rider") == {"customer": 1, "rider": 1}


@pytest.mark.rule("ROL-8")
async def test_ten_signups_of_one_rider_at_once_make_one_customer(
    api: Api, fleet: Fleet, make: Make
) -> None:
    rider = stranger(make, "ten at once")

    async def again(number: int) -> dict[str, Any]:
        asked = signup(fleet, f"k{number}", email=f"grace{number}@navy.example")
        for _ in range(100):
            answer = await api.ask(rider, REGISTER, input=asked)
            if not codes(answer):
                payload: dict[str, Any] = answer["data"]["registerCustomer"]
                return payload
            assert {code for _, code in codes(answer)} <= {"IN_PROGRESS", "OVERLOADED"}
        raise AssertionError

    payloads = await asyncio.gather(*(again(number) for number in range(10)))

    made = [payload["customer"]["customerNumber"] for payload in payloads if payload["customer"]]
    refused = [refusals(payload) for payload in payloads if not payload["customer"]]
    assert made == ["1"]
    assert refused == [[("ALREADY_EXISTS", None)]] * 9
    assert await fleet.kept("customer", "rider") == {"customer": 1, "rider": 1}


@pytest.mark.rule("ROL-8")
async def test_an_unbound_rider_may_do_nothing_else(api: Api, fleet: Fleet, make: Make) -> None:
    customer = await fleet.customer()
    nobody = Who("", make.issuer.mint(CallerKind.RIDER, "nobody yet", HOUR))

    edited = await api.ask(nobody, EDIT, id=customer)
    seen = await api.get(nobody, "{ viewer { allowedMutations } }")

    assert codes(edited) == [(["updateCustomer"], "FORBIDDEN")]
    assert seen["viewer"]["allowedMutations"] == ["registerCustomer"]


@pytest.mark.rule("ROL-8")
async def test_the_application_binds_nobody_but_who_asks(
    fleet: Fleet, make: Make, engine: AsyncEngine
) -> None:
    customer = await fleet.customer()

    async def bind(asking: str, bound: str) -> None:
        async with engine.connect() as connection:
            raw = (await connection.get_raw_connection()).driver_connection
            assert isinstance(raw, asyncpg.Connection)
            async with raw.transaction():
                caller = f"{RIDERS} {asking}"
                await raw.execute(SETTINGS, fleet.id, caller)
                await raw.execute(BIND, fleet.id, RIDERS, bound, customer)

    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        await bind("somebody", "another")
    await bind("binds alone", "binds alone")

    assert await bindings(make, Who("binds alone", "")) == [(fleet.id, customer)]
