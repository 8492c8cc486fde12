"""Customers whose identity is at every stage, and what operators decide about it."""

from typing import Any

import orjson

from tests.api import Api
from tests.make import JOINED, Fleet, Who

REQUIRE, CLEAR, VERIFY = (
    "requireIdentityVerification",
    "clearIdentityRequirement",
    "verifyIdentityManually",
)
GIVEN: dict[str, dict[str, Any]] = {
    REQUIRE: {"reason": "Chargeback"},
    CLEAR: {"note": "Known to us"},
    VERIFY: {"notes": "Passport seen at the desk", "idType": "PASSPORT"},
}
CUSTOMER = """
status badges
identity { status required requiredReason failureReason verifiedAt nameMismatch verifiedName
           dateOfBirth address idType method notes riskScore }
"""
UNKNOWN = dict.fromkeys(
    (
        *("requiredReason", "failureReason", "verifiedAt", "nameMismatch", "verifiedName"),
        *("dateOfBirth", "address", "idType", "method", "notes"),
    )
)
FREE = {"status": "NOT_REQUIRED", "required": False, **UNKNOWN, "riskScore": 7}
PENDING = FREE | {"status": "PENDING", "required": True, "requiredReason": "Chargeback"}
BY_STRIPE: dict[str, Any] = {
    "verified_at": JOINED,
    "name_mismatch": False,
    "verified_name": "Ada King",
    "date_of_birth": JOINED.date(),
    "address": "1 Main St",
    "id_type": "ID_CARD",
    "method": "STRIPE_IDENTITY",
}
STATES: dict[str, tuple[bool, str, dict[str, Any]]] = {
    "free": (False, "NOT_REQUIRED", {}),
    "pending": (True, "PENDING", {"required_reason": "Risk at signup"}),
    "failed": (True, "FAILED", {"required_reason": "Risk", "failure_reason": "Unreadable"}),
    "verified": (True, "VERIFIED", {"required_reason": "Risk", **BY_STRIPE}),
    "verified unasked": (False, "VERIFIED", BY_STRIPE),
}


async def somebody(fleet: Fleet, state: str = "free") -> str:
    """A customer with a ride, and with what is known of the identity."""
    required, status, found = STATES[state]
    customer = await fleet.customer(
        identity_required=required, identity_status=status, completed_rides=1
    )
    await fleet.row("identity_verification", customer_id=customer, risk_score=7, **found)
    return customer


def document(name: str) -> str:
    kind = f"{name[0].upper()}{name[1:]}Input"
    return f"""mutation ($input: {kind}!) {{ {name}(input: $input) {{
      customer {{ {CUSTOMER} }} userErrors {{ code field }} }} }}"""


async def perform(api: Api, who: Who, name: str, customer: str, **changed: Any) -> dict[str, Any]:
    input = GIVEN[name] | {"customerId": customer} | changed
    payload: dict[str, Any] = (await api.get(who, document(name), input=input))[name]
    return payload


async def trail(fleet: Fleet) -> list[dict[str, Any]]:
    """What the fleet's trail holds, in the order in which it was begun."""
    rows = await fleet.make.store.fetch(
        "SELECT actor, action, customer_id, note, changes::text FROM audit_entry"
        " WHERE subaccount_id = $1 ORDER BY xmin::text::bigint",
        fleet.id,
    )
    return [dict(row) | {"changes": orjson.loads(row["changes"])} for row in rows]
