"""Who may sign up, change, block, delete and note customers: a denied call changes no row."""

from typing import Any

import pytest

from domain.access import Role, Scope
from tests.api import Api, codes
from tests.house.transcript import FIELDS
from tests.make import Fleet, Make, Who
from tests.signing import WRITTEN, stranger

CALLERS = [*Role, *Scope, "rider", "unbound rider"]
ADDED = {"idempotencyKey": "k1", "name": "Grace Hopper", "email": "grace@navy.example"}
INPUTS: dict[str, dict[str, Any]] = {
    "updateCustomer": {"name": "Ada King"},
    "addCustomerNote": {"text": "Called us"},
    "blockCustomer": {"reason": "Ran off"},
    "unblockCustomer": {},
    "registerCustomer": ADDED,
    "deleteCustomer": {"confirmation": "Ada King"},
}
"""In an order in which each can be done after those before it."""


async def credential(fleet: Fleet, caller: str, customer: str) -> Who:
    if caller in list(Role):
        return await fleet.operator(Role(caller))
    if caller in list(Scope):
        return await fleet.partner(Scope(caller))
    return await fleet.rider(customer) if caller == "rider" else stranger(fleet.make, fleet.id)


def asked(name: str, fleet: Fleet, customer: str) -> dict[str, Any]:
    target = {"subaccountId": fleet.id} if name == "registerCustomer" else {"customerId": customer}
    return target | INPUTS[name]


def document(name: str) -> str:
    kind = f"{name[0].upper()}{name[1:]}Input"
    return f"mutation ($i: {kind}!) {{ {name}(input: $i) {{ userErrors {{ code }} }} }}"


async def rows(fleet: Fleet, customer: str) -> tuple[Any, ...]:
    """The customer as it is, and how many rows there are of every kind."""
    own = await fleet.make.store.fetchrow(
        "SELECT name, blocked_at, blocked_reason, deleted_at FROM customer WHERE id = $1", customer
    )
    return own, await fleet.kept(*WRITTEN, "customer_note")


def permitted(name: str, caller: str) -> bool:
    """By the transcript; an unbound rider may sign up, and nothing else (ROL-8)."""
    if caller == "unbound rider":
        return name == "registerCustomer"
    return FIELDS[f"Mutation.{name}"].admits(caller)


@pytest.mark.rule("ROL-2", "ROL-5")
@pytest.mark.parametrize("caller", CALLERS)
async def test_the_running_server_lets_those_act_whom_the_transcript_lets(
    api: Api, fleet: Fleet, caller: str
) -> None:
    customer = await fleet.customer()
    who = await credential(fleet, caller, customer)

    for name in INPUTS:
        before = await rows(fleet, customer)
        answer = await api.ask(who, document(name), i=asked(name, fleet, customer))
        after = await rows(fleet, customer)

        if permitted(name, caller):
            refused = answer["data"][name]["userErrors"]
            bound = [{"code": "ALREADY_EXISTS"}] if caller == "rider" else []
            assert refused == (bound if name == "registerCustomer" else []), name
        else:
            assert codes(answer) == [([name], "FORBIDDEN")]
            assert answer["data"] == {name: None}
            assert after == before, name


@pytest.mark.rule("ROL-6")
async def test_nobody_does_anything(api: Api, fleet: Fleet, make: Make) -> None:
    customer = await fleet.customer()
    before = await rows(fleet, customer)

    for who in (None, Who("", "not a token"), Who("", stranger(make).token + "x")):
        for name in INPUTS:
            answer = await api.answer(who, document(name), i=asked(name, fleet, customer))
            assert answer.status_code == 401

    assert await rows(fleet, customer) == before
