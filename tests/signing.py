"""Signing up, as clients do it."""

from typing import Any

from domain.access import CallerKind
from domain.ids import Prefix
from tests.api import Api
from tests.make import HOUR, Fleet, Make, Who, new

REGISTER = """
mutation ($input: RegisterCustomerInput!) {
  registerCustomer(input: $input) {
    customer { id customerNumber name email phone deviceOs locale region { id } status }
    replayed
    userErrors { code field }
  }
}
"""
NOBODY: dict[str, Any] = {"customer": None, "replayed": False}
WRITTEN = (
    "customer", "account", "customer_search", "rider", "signup_location", "signup_device",
    "identity_verification", "referral", "audit_entry", "job",
)  # fmt: skip
"""Every table that a signup may write."""


def signup(fleet: Fleet, key: str = "k1", **changed: Any) -> dict[str, Any]:
    given = {
        "subaccountId": fleet.id,
        "name": "Grace Hopper",
        "email": "grace@navy.example",
        "idempotencyKey": key,
    }
    return given | changed


def stranger(make: Make, subject: str | None = None) -> Who:
    """A rider who is no customer yet: its id is its subject, another one each time unless given."""
    subject = subject or new(Prefix.REQUEST)
    return Who(subject, make.issuer.mint(CallerKind.RIDER, subject, HOUR))


async def register(api: Api, who: Who, **input: Any) -> dict[str, Any]:
    payload: dict[str, Any] = (await api.get(who, REGISTER, input=input))["registerCustomer"]
    return payload


def refusals(payload: dict[str, Any]) -> list[tuple[str, list[str] | None]]:
    """The codes of a payload's refusals, and the fields that they are about."""
    return [(error["code"], error["field"]) for error in payload["userErrors"]]


def place(field: str) -> list[str]:
    """Where a field of the input is."""
    return ["input", field]


async def nothing_written(fleet: Fleet) -> bool:
    return not any((await fleet.kept(*WRITTEN)).values())
