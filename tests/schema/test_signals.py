"""Signals from signing up to the customer page, as clients and the worker bring them about."""

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.api import Api
from tests.looking import look_up, shown
from tests.make import Fleet, Make, Who
from tests.signing import register, signup

UPDATE = """
mutation ($input: UpdateCustomerInput!) {
  updateCustomer(input: $input) { customer { phone phoneLookup { provider } } userErrors { code } }
}
"""
GERMAN, BERLIN = "193.99.144.80", {"latitude": 52.52, "longitude": 13.405, "accuracyMeters": 8.5}


async def signed_up(api: Api, fleet: Fleet, who: Who, **given: Any) -> str:
    payload = await register(api, who, **signup(fleet, **given))
    assert payload["userErrors"] == []
    return str(payload["customer"]["id"])


async def change_phone(api: Api, who: Who, customer: str, phone: str | None) -> dict[str, Any]:
    answer = await api.get(who, UPDATE, input={"customerId": customer, "phone": phone})
    payload: dict[str, Any] = answer["updateCustomer"]
    assert payload["userErrors"] == []
    changed: dict[str, Any] = payload["customer"]
    return changed


@pytest.mark.rule("LOC-1")
async def test_a_signup_shows_where_it_was_and_what_its_number_is(
    api: Api, engine: AsyncEngine, fleet: Fleet
) -> None:
    who = await fleet.operator()
    given = {"phone": "+4915123456789", "ipAddress": GERMAN, "gps": BERLIN}
    customer = await signed_up(api, fleet, who, **given)
    assert (await shown(api, who, customer))["phoneLookup"] is None

    await look_up(engine)

    found = await shown(api, who, customer)
    lookup = found["phoneLookup"]
    assert (lookup["carrier"], lookup["country"], lookup["riskScore"]) == ("T-Mobile", "DE", 0)
    assert found["signupLocation"] == {
        "ip": {"address": GERMAN, "city": None, "region": None, "country": "DE"},
        "gps": {**BERLIN, "country": "DE"},
        "mismatch": False,
    }


async def test_a_new_number_is_looked_up_and_the_old_look_up_goes_at_once(
    api: Api, engine: AsyncEngine, make: Make
) -> None:
    fleet = await make.fleet(identity_mode="RISK_BASED")
    who = await fleet.operator()
    customer = await signed_up(api, fleet, who, phone="+4915123456789", gps=BERLIN)
    await look_up(engine)

    changed = await change_phone(api, who, customer, "+447700900123")

    assert changed == {"phone": "+447700900123", "phoneLookup": None}
    await look_up(engine)
    found = await shown(api, who, customer)
    assert found["phoneLookup"]["riskFlags"] == ["INVALID_NUMBER"]
    assert (found["identity"]["status"], found["status"]) == ("PENDING", "IDENTITY_REQUIRED")


async def test_a_number_that_is_taken_away_leaves_no_look_up(
    api: Api, engine: AsyncEngine, fleet: Fleet
) -> None:
    who = await fleet.operator()
    customer = await signed_up(api, fleet, who, phone="+4915123456789")
    await look_up(engine)

    changed = await change_phone(api, who, customer, None)

    assert changed == {"phone": None, "phoneLookup": None}
    assert await fleet.kept("job", "phone_lookup") == {"job": 0, "phone_lookup": 0}
