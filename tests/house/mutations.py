"""One valid input of each mutation, written by hand: what the matrix of rights performs.

A mutation without an entry here fails the suite.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from domain.ids import Prefix
from tests.make import JOINED, Fleet, new, usd

Input: TypeAlias = Mapping[str, Any]
Build: TypeAlias = Callable[[Fleet, str, str], Awaitable[Input]]
"""Of a fleet, a customer of it with money, and who asks: an operator's role, a partner's scope,
`rider` (who is that customer) or `unbound rider`."""


def of_customer(**given: Any) -> Build:
    """An input that names the customer, and nothing else that depends on anything."""

    async def build(_: Fleet, customer: str, __: str) -> Input:
        return {"customerId": customer, **given}

    return build


def of_money(**given: Any) -> Build:
    """The same, with an amount and a key."""

    async def build(_: Fleet, customer: str, __: str) -> Input:
        key = new(Prefix.OPERATION)
        return {"customerId": customer, "amount": usd("1.50"), "idempotencyKey": key, **given}

    return build


async def registration(fleet: Fleet, _: str, __: str) -> Input:
    key = new(Prefix.OPERATION)
    return {
        "subaccountId": fleet.id,
        "name": "Grace Hopper",
        "email": f"{key}@rider.example",
        "idempotencyKey": key,
    }


async def block(fleet: Fleet, customer: str, _: str) -> Input:
    await fleet.change(customer, blocked_at=JOINED.isoformat(), blocked_reason="Ran off")
    return {"customerId": customer}


async def deletion(fleet: Fleet, _: str, __: str) -> Input:
    """Of a customer without anything that stands in the way."""
    customer = await fleet.customer(name="Alan Turing")
    return {"customerId": customer, "confirmation": "Alan Turing"}


async def identity(fleet: Fleet, customer: str, _: str) -> Input:
    await fleet.change(customer, identity_required=True, identity_status="PENDING")
    return {"customerId": customer}


async def confirmation(fleet: Fleet, customer: str, who: str) -> Input:
    return {**await identity(fleet, customer, who), "notes": "Saw the passport"}


async def top_up(_: Fleet, customer: str, who: str) -> Input:
    mode = "SAVED_CARD" if who == "rider" else "CASH"
    given = {"customerId": customer, "amount": usd("1.50"), "mode": mode}
    return {**given, "idempotencyKey": new(Prefix.OPERATION)}


async def reversal(fleet: Fleet, customer: str, _: str) -> Input:
    line = await fleet.post(customer, 100)
    key = new(Prefix.OPERATION)
    return {"transactionId": line, "reason": "By mistake", "idempotencyKey": key}


async def message(_: Fleet, customer: str, __: str) -> Input:
    words = {"type": "SYSTEM", "title": "Hello", "message": "How was the ride?"}
    return {"customerId": customer, **words, "idempotencyKey": new(Prefix.OPERATION)}


async def policy(fleet: Fleet, _: str, __: str) -> Input:
    age = "SELECT minimum_age FROM subaccount WHERE id = $1"
    older = await fleet.make.store.fetchval(age, fleet.id) + 1
    return {"subaccountId": fleet.id, "minimumAge": older}


async def device(_: Fleet, __: str, ___: str) -> Input:
    return {"token": f"ExponentPushToken[{new(Prefix.OPERATION)}]", "os": "ANDROID"}


INPUTS: Mapping[str, Build] = {
    "addWalletCredit": of_money(note="Sorry"),
    "addBonus": of_money(reason="OPERATOR"),
    "chargeFee": of_money(description="Damaged brake"),
    "reduceBalance": of_money(reason="Spent in the shop"),
    "topUpWallet": top_up,
    "reverseWalletTransaction": reversal,
    "registerCustomer": registration,
    "updateCustomer": of_customer(name="Ada King"),
    "blockCustomer": of_customer(reason="Ran off"),
    "unblockCustomer": block,
    "deleteCustomer": deletion,
    "addCustomerNote": of_customer(text="Called twice"),
    "refreshPhoneLookup": of_customer(),
    "requireIdentityVerification": of_customer(reason="Looks young"),
    "clearIdentityRequirement": identity,
    "verifyIdentityManually": confirmation,
    "updateRidePolicy": policy,
    "sendNotification": message,
    "registerDevice": device,
}
REFUSED: Mapping[tuple[str, str], list[str]] = {
    ("registerCustomer", "rider"): ["ALREADY_EXISTS"],
    ("topUpWallet", "rider"): ["PROVIDER_UNAVAILABLE"],
}
"""Who may ask, and yet cannot have it today."""
