"""Corrections: money taken from a balance, of which the customer is never told."""

import asyncio

import pytest

from domain.access import Role
from tests.api import Api
from tests.booking import NOTHING, kept, perform, refusals, trail, until_answered
from tests.make import Fleet


@pytest.mark.rule("WAL-5")
async def test_a_reduction_is_silent_and_leaves_a_trail(api: Api, fleet: Fleet) -> None:
    customer = await fleet.customer(balance=500, bonus=900)
    manager = await fleet.operator(Role.FLEET_MANAGER)

    payload = await perform(api, manager, "reduceBalance", customer, "5")

    (line,) = payload["transactions"]
    assert line.pop("id").startswith("wtx_")
    assert payload == {
        "customer": {"id": customer},
        "wallet": {"balance": {"amount": "0.00"}, "bonus": {"amount": "9.00"}},
        "transactions": [line],
        "replayed": False,
        "userErrors": [],
    }
    assert line == {
        "account": "BALANCE",
        "kind": "DEBIT",
        "amount": {"amount": "-5.00"},
        "balanceAfter": {"amount": "0.00"},
        "note": "Typed twice",
        "bonusReason": None,
        "transactionMode": None,
        "externalReference": None,
        "reverses": None,
        "reversedBy": None,
        "actor": {"name": "Olga Operator"},
    }
    assert await kept(fleet) == {"entry": 3, "audit_entry": 1, "notification": 0, "job": 0}
    assert await trail(fleet) == [
        {
            "actor": manager.id,
            "action": "reduce_balance",
            "customer_id": customer,
            "note": "Typed twice",
            "changes": '{"after": {"balance": 0}, "before": {"balance": 500}}',
        }
    ]


@pytest.mark.rule("WAL-5")
@pytest.mark.parametrize(
    ("balance", "available"), [(500, "5.00"), (0, "0.00"), (-300, "0.00"), (501, "5.01")]
)
async def test_below_zero_it_is_refused_with_what_is_available(
    api: Api, fleet: Fleet, balance: int, available: str
) -> None:
    customer, manager = await fleet.customer(balance=balance, bonus=900), await fleet.operator()
    before = await kept(fleet)

    payload = await perform(api, manager, "reduceBalance", customer, "5.02")

    assert payload == {
        **NOTHING,
        "userErrors": [
            {
                "__typename": "InsufficientBalance",
                "code": "INSUFFICIENT_BALANCE",
                "field": ["input", "amount"],
                "available": {"amount": available, "currency": "USD"},
                "required": {"amount": "5.02", "currency": "USD"},
            }
        ],
    }
    assert await kept(fleet) == before


@pytest.mark.rule("WAL-5")
@pytest.mark.parametrize(("balance", "after"), [(500, "-0.02"), (0, "-5.02"), (-300, "-8.02")])
async def test_a_correction_of_money_already_spent_leaves_a_debt_silently(
    api: Api, fleet: Fleet, balance: int, after: str
) -> None:
    customer, manager = await fleet.customer(balance=balance), await fleet.operator()

    payload = await perform(api, manager, "reduceBalance", customer, "5.02", allowNegative=True)

    assert payload["wallet"]["balance"] == {"amount": after}
    assert await fleet.kept("notification", "job") == {"notification": 0, "job": 0}


@pytest.mark.rule("WAL-5")
@pytest.mark.parametrize("reason", ["", " ", "\t\n", "\u00a0"])
async def test_a_reduction_says_why(api: Api, fleet: Fleet, reason: str) -> None:
    customer, manager = await fleet.customer(balance=500), await fleet.operator()

    payload = await perform(api, manager, "reduceBalance", customer, reason=reason)

    assert refusals(payload) == [("REASON_REQUIRED", "reason")]
    assert await fleet.kept() == {"entry": 1, "audit_entry": 0}


@pytest.mark.rule("WAL-5")
async def test_of_reductions_at_once_as_many_are_made_as_there_is_money_for(
    api: Api, fleet: Fleet
) -> None:
    customer, manager = await fleet.customer(balance=700), await fleet.operator()

    payloads = await asyncio.gather(
        *(
            until_answered(
                api, manager, "reduceBalance", customer, "1", idempotencyKey=f"k{number}"
            )
            for number in range(20)
        )
    )

    refused = [error for payload in payloads for error in payload["userErrors"]]
    assert [error["code"] for error in refused] == ["INSUFFICIENT_BALANCE"] * 13
    assert await kept(fleet) == {"entry": 8, "audit_entry": 7, "notification": 0, "job": 0}


@pytest.mark.rule("WAL-5")
async def test_nobody_is_refused_for_want_of_money_that_is_told_to_be_there(
    api: Api, fleet: Fleet
) -> None:
    customer, manager = await fleet.customer(), await fleet.operator()

    payloads = await asyncio.gather(
        *(
            until_answered(api, manager, name, customer, "1", idempotencyKey=f"{name} {number}")
            for number in range(20)
            for name in ("addWalletCredit", "reduceBalance")
        )
    )

    refused = [error for payload in payloads for error in payload["userErrors"]]
    assert {error["available"]["amount"] for error in refused} <= {"0.00"}
    made = await fleet.kept()
    assert made == {"entry": 40 - len(refused), "audit_entry": 40 - len(refused)}
