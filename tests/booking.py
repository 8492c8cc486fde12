"""The mutations of the wallet as clients ask for them, and what they leave behind."""

import asyncio
from collections.abc import Mapping
from typing import Any

from tests.api import Api, codes
from tests.make import Fleet, Make, Who, usd

PAYLOAD = """{
  customer { id }
  wallet { balance { amount } bonus { amount } }
  transactions {
    id account kind amount { amount } balanceAfter { amount } note
    bonusReason transactionMode externalReference
    reverses { id } reversedBy { id } actor { ... on Operator { name } }
  }
  replayed
  userErrors {
    __typename code field
    ... on InsufficientBalance { available { amount currency } required { amount currency } }
  }
}"""
OWN: Mapping[str, Mapping[str, Any]] = {
    "addWalletCredit": {},
    "addBonus": {"reason": "PARTNER"},
    "chargeFee": {"description": "Damaged brake"},
    "reduceBalance": {"reason": "Typed twice"},
    "topUpWallet": {"mode": "CASH"},
    "reverseWalletTransaction": {"reason": "By mistake"},
}
"""What each of them takes, beside the wallet, the amount and the key."""
MUTATIONS = tuple(OWN)
AMOUNTS = tuple(name for name in OWN if name != "reverseWalletTransaction")
NOTHING: dict[str, Any] = {
    "customer": None,
    "wallet": None,
    "transactions": [],
    "replayed": False,
}
WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND usename = 'kickstand' AND wait_event_type = 'Lock'
"""
CONSEQUENCES = ("entry", "audit_entry", "notification", "job")


def document(name: str) -> str:
    kind = name[0].upper() + name[1:]
    return f"mutation ($input: {kind}Input!) {{ {name}(input: $input) {PAYLOAD} }}"


def asked(name: str, subject: str, dollars: str = "5", **changed: Any) -> dict[str, Any]:
    """The input of a mutation on a customer's wallet, or on a line of it."""
    if name in AMOUNTS:
        given = {"customerId": subject, "amount": usd(dollars)}
    else:
        given = {"transactionId": subject}
    return {**given, "idempotencyKey": "k1", **OWN[name], **changed}


async def perform(api: Api, who: Who, name: str, /, *given: Any, **changed: Any) -> dict[str, Any]:
    """The payload of a mutation that is answered without errors."""
    payload: dict[str, Any] = (
        await api.get(who, document(name), input=asked(name, *given, **changed))
    )[name]
    return payload


async def until_answered(
    api: Api, who: Who, name: str, /, *given: Any, **changed: Any
) -> dict[str, Any]:
    """The payload, asked for again as clients do when they are told to."""
    for _ in range(500):
        answer = await api.ask(who, document(name), input=asked(name, *given, **changed))
        if not codes(answer):
            payload: dict[str, Any] = answer["data"][name]
            return payload
        assert {code for _, code in codes(answer)} <= {"IN_PROGRESS", "OVERLOADED"}
    raise AssertionError


def refusals(payload: dict[str, Any]) -> list[tuple[str, str]]:
    """Code and field of each userError of a payload that has nothing else."""
    assert {**payload, "userErrors": []} == {**NOTHING, "userErrors": []}
    return [(error["code"], error["field"][-1]) for error in payload["userErrors"]]


async def kept(fleet: Fleet) -> dict[str, int]:
    """How many rows of each consequence a fleet has."""
    return await fleet.kept(*CONSEQUENCES)


async def subject_of(fleet: Fleet, name: str, customer: str) -> str:
    """What a mutation is asked about: the customer, or a line of theirs that can be undone."""
    return customer if name in AMOUNTS else await fleet.post(customer, 500)


async def trail(fleet: Fleet) -> list[dict[str, Any]]:
    """What the trail has of a fleet, oldest first."""
    rows = await fleet.make.store.fetch(
        "SELECT actor, action, customer_id, note, changes::text FROM audit_entry"
        " WHERE subaccount_id = $1 ORDER BY id",
        fleet.id,
    )
    return [dict(row) for row in rows]


async def told(fleet: Fleet, customer: str) -> list[str]:
    """The messages to a customer that wait to be sent, oldest first; each has its job."""
    rows = await fleet.make.store.fetch(
        "SELECT n.message FROM notification n JOIN job j ON j.subaccount_id = n.subaccount_id"
        " AND j.subject_id = n.id AND j.kind = 'deliver_notification'"
        " WHERE n.subaccount_id = $1 AND n.customer_id = $2 AND n.type = 'WALLET'"
        " AND n.status = 'QUEUED' ORDER BY n.created_at, n.id",
        fleet.id,
        customer,
    )
    return [row["message"] for row in rows]


async def waiting(make: Make, transactions: int = 1) -> None:
    """Until so many transactions of the server wait for a lock."""
    for _ in range(2000):
        if await make.store.fetchval(WAITING) >= transactions:
            return
        await asyncio.sleep(0.005)
    raise AssertionError
