"""Identity is asked for where a number looks like fraud (IDV-1)."""

from typing import Any

import orjson
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.job import JobKind
from domain.phone import LineType
from tests.api import Api
from tests.looking import Provider, look_up, shown, signed_up
from tests.make import Fleet, Make, Who

TRAIL = """
query ($id: ID!) {
  customer(id: $id) {
    auditTrail { nodes { action note changes actor { ... on SystemActor { name } } } }
  }
}
"""
FRAUD, HONEST = Provider(valid=False), Provider()
NOTHING = {"status": "NOT_REQUIRED", "required": False, "requiredReason": None}
ASKED = {
    "status": "PENDING",
    "required": True,
    "requiredReason": "The risk of the phone number is very high.",
}


@pytest.fixture
async def careful(make: Make) -> Fleet:
    return await make.fleet(identity_mode="RISK_BASED")


async def identity(api: Api, who: Who, customer_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await shown(api, who, customer_id))["identity"]
    return found


async def test_a_very_risky_number_makes_a_customer_of_a_careful_fleet_prove_who_they_are(
    api: Api, engine: AsyncEngine, careful: Fleet
) -> None:
    who, customer = await careful.operator(), await careful.customer()
    await signed_up(careful, customer)

    await look_up(engine, FRAUD)

    found = await shown(api, who, customer)
    assert (found["identity"], found["status"]) == (ASKED, "IDENTITY_REQUIRED")
    (entry,) = (await api.get(who, TRAIL, id=customer))["customer"]["auditTrail"]["nodes"]
    assert entry | {"changes": orjson.loads(entry["changes"])} == {
        "action": "record_phone_lookup",
        "note": ASKED["requiredReason"],
        "changes": {
            "before": {"status": "NOT_REQUIRED", "required": False, "required_reason": None},
            "after": {
                "status": "PENDING",
                "required": True,
                "required_reason": ASKED["requiredReason"],
            },
        },
        "actor": {"name": "assess_signup"},
    }


@pytest.mark.parametrize("mode", ["DISABLED", "ALL_USERS"])
async def test_a_fleet_of_another_mode_only_shows_the_risk(
    api: Api, engine: AsyncEngine, make: Make, mode: str
) -> None:
    fleet = await make.fleet(identity_mode=mode)
    who, customer = await fleet.operator(), await fleet.customer()
    await signed_up(fleet, customer)

    await look_up(engine, FRAUD)

    found = await shown(api, who, customer)
    assert (found["identity"], found["phoneLookup"]["riskLevel"]) == (NOTHING, "VERY_HIGH")
    assert await fleet.kept("audit_entry") == {"audit_entry": 0}


async def test_a_risk_that_is_only_high_asks_nobody(
    api: Api, engine: AsyncEngine, careful: Fleet
) -> None:
    who, customer = await careful.operator(), await careful.customer()
    await careful.customer()  # who has the same number: 45 + 20, less than 75
    await signed_up(careful, customer)

    await look_up(engine, Provider(line_type=LineType.VOIP))

    found = await shown(api, who, customer)
    assert (found["identity"], found["phoneLookup"]["riskLevel"]) == (NOTHING, "HIGH")


@pytest.mark.parametrize(
    "held",
    [
        {"identity_status": "VERIFIED", "identity_required": True},
        {"identity_status": "VERIFIED", "identity_required": False},
        {"identity_status": "FAILED", "identity_required": True},
        {"identity_status": "PENDING", "identity_required": True},
    ],
)
async def test_whoever_was_asked_or_is_verified_is_not_asked_again(
    api: Api, engine: AsyncEngine, careful: Fleet, held: dict[str, Any]
) -> None:
    who, customer = await careful.operator(), await careful.customer(**held)
    await signed_up(careful, customer)

    await look_up(engine, FRAUD)

    assert await identity(api, who, customer) == {
        "status": held["identity_status"],
        "required": held["identity_required"],
        "requiredReason": None,
    }
    assert await careful.kept("audit_entry") == {"audit_entry": 0}


async def test_a_cleared_requirement_stays_cleared_until_the_risk_rises_anew(
    api: Api, engine: AsyncEngine, careful: Fleet
) -> None:
    who, customer = await careful.operator(), await careful.customer()
    await signed_up(careful, customer)
    await look_up(engine, FRAUD)
    await careful.change(customer, identity_required=False, identity_status="NOT_REQUIRED")

    statuses = []
    for provider in (FRAUD, HONEST, FRAUD):
        await careful.job(JobKind.LOOK_UP_PHONE, customer)
        await look_up(engine, provider)
        statuses.append((await identity(api, who, customer))["status"])

    assert statuses == ["NOT_REQUIRED", "NOT_REQUIRED", "PENDING"]
