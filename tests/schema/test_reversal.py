"""Reversals: the opposite line, once, linked both ways."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from domain.access import Role
from domain.wallet import REVERSIBLE, TransactionMode, WalletTransactionKind
from tests.api import Api
from tests.booking import NOTHING, kept, perform, refusals, trail, until_answered
from tests.make import JOINED, Fleet

REVERSE = "reverseWalletTransaction"
LINE = """query ($id: ID!) { node(id: $id) { ... on WalletTransaction {
  amount { amount } reverses { id } reversedBy { id } } } }"""
MODES = [mode for mode in TransactionMode if mode is not TransactionMode.SAVED_CARD]
LINES: list[tuple[str, dict[str, Any], str, str]] = [
    ("CREDIT", {"amount": 700}, "BALANCE", "-7.00"),
    ("BONUS", {"amount": 700, "account": "BONUS", "bonus_reason": "OPERATOR"}, "BONUS", "-7.00"),
    ("FEE", {"amount": -700, "note": "Brake"}, "BALANCE", "7.00"),
    ("DEBIT", {"amount": -700, "note": "Twice"}, "BALANCE", "7.00"),
    *(("TOP_UP", {"amount": 700, "mode": mode}, "BALANCE", "-7.00") for mode in MODES),
]


@pytest.mark.rule("WAL-10")
@pytest.mark.parametrize(("kind", "given", "account", "opposite"), LINES)
async def test_the_opposite_line_is_booked_and_linked_both_ways(
    api: Api, fleet: Fleet, kind: str, given: dict[str, Any], account: str, opposite: str
) -> None:
    customer, manager = await fleet.customer(), await fleet.operator(Role.FLEET_MANAGER)
    line = await fleet.post(customer, kind=kind, **given)

    payload = await perform(api, manager, REVERSE, line)

    (undone,) = payload["transactions"]
    id = undone.pop("id")
    assert payload == {
        "customer": {"id": customer},
        "wallet": {"balance": {"amount": "0.00"}, "bonus": {"amount": "0.00"}},
        "transactions": [undone],
        "replayed": False,
        "userErrors": [],
    }
    assert undone == {
        "account": account,
        "kind": "REVERSAL",
        "amount": {"amount": opposite},
        "balanceAfter": {"amount": "0.00"},
        "note": "By mistake",
        "bonusReason": None,
        "transactionMode": None,
        "externalReference": None,
        "reverses": {"id": line},
        "reversedBy": None,
        "actor": {"name": "Olga Operator"},
    }
    assert (await api.get(manager, LINE, id=line))["node"]["reversedBy"] == {"id": id}
    (entry,) = await trail(fleet)
    before, key = given["amount"], account.lower()
    assert entry == {
        "actor": manager.id,
        "action": "reverse_wallet_transaction",
        "customer_id": customer,
        "note": "By mistake",
        "changes": f'{{"after": {{"{key}": 0}}, "before": {{"{key}": {before}}}}}',
    }


@pytest.mark.rule("WAL-10")
async def test_it_may_leave_a_debt_silently_and_beyond_the_limit(api: Api, fleet: Fleet) -> None:
    customer, manager = await fleet.customer(), await fleet.operator()
    line = await fleet.post(customer, 2_000_000)
    await fleet.post(customer, -1_999_999, "DEBIT", note="Spent")

    payload = await perform(api, manager, REVERSE, line)

    assert payload["wallet"]["balance"] == {"amount": "-19999.99"}
    assert await kept(fleet) == {"entry": 3, "audit_entry": 1, "notification": 0, "job": 0}


@pytest.mark.rule("WAL-10")
async def test_bonus_that_is_spent_is_not_taken_back(api: Api, fleet: Fleet) -> None:
    customer, manager = await fleet.customer(balance=5000), await fleet.operator()
    line = await fleet.post(customer, 700, "BONUS", account="BONUS", bonus_reason="OPERATOR")
    await fleet.post(customer, -1, "RIDE_CHARGE", account="BONUS")

    payload = await perform(api, manager, REVERSE, line)

    assert payload == {
        **NOTHING,
        "userErrors": [
            {
                "__typename": "InsufficientBalance",
                "code": "INSUFFICIENT_BALANCE",
                "field": ["input", "transactionId"],
                "available": {"amount": "6.99", "currency": "USD"},
                "required": {"amount": "7.00", "currency": "USD"},
            }
        ],
    }
    assert await fleet.kept() == {"entry": 3, "audit_entry": 0}


@pytest.mark.rule("WAL-10")
@pytest.mark.parametrize(
    ("kind", "given"),
    [
        *((kind, {}) for kind in WalletTransactionKind if kind not in {*REVERSIBLE, "REVERSAL"}),
        ("TOP_UP", {"mode": "SAVED_CARD"}),
    ],
)
async def test_other_lines_are_not_undone(
    api: Api, fleet: Fleet, kind: str, given: dict[str, Any]
) -> None:
    customer, manager = await fleet.customer(balance=5000), await fleet.operator()
    spends = kind in {"RIDE_CHARGE", "PURCHASE"}
    line = await fleet.post(customer, -500 if spends else 500, kind, **given)

    payload = await perform(api, manager, REVERSE, line)

    assert refusals(payload) == [("CONFLICT", "transactionId")]
    assert await fleet.kept() == {"entry": 2, "audit_entry": 0}


@pytest.mark.rule("WAL-10")
async def test_a_line_is_undone_once_and_a_reversal_never(api: Api, fleet: Fleet) -> None:
    customer, manager = await fleet.customer(), await fleet.operator()
    line = await fleet.post(customer, 500)
    first = await perform(api, manager, REVERSE, line)

    again = await perform(api, manager, REVERSE, line, idempotencyKey="k2")
    back = await perform(api, manager, REVERSE, first["transactions"][0]["id"], idempotencyKey="k3")

    assert refusals(again) == refusals(back) == [("CONFLICT", "transactionId")]
    assert await fleet.kept() == {"entry": 2, "audit_entry": 1}


@pytest.mark.rule("WAL-10")
@pytest.mark.parametrize("account", ["BALANCE", "BONUS"])
async def test_of_ten_reversals_at_once_one_is_made(api: Api, fleet: Fleet, account: str) -> None:
    customer, manager = await fleet.customer(), await fleet.operator()
    bonus = {"account": "BONUS", "bonus_reason": "OPERATOR"}
    given = ("BONUS", bonus) if account == "BONUS" else ("CREDIT", {})
    line = await fleet.post(customer, 500, given[0], **given[1])

    payloads = await asyncio.gather(
        *(
            until_answered(api, manager, REVERSE, line, idempotencyKey=f"k{number}")
            for number in range(10)
        )
    )

    told = Counter(error["code"] for payload in payloads for error in payload["userErrors"])
    assert told == {"CONFLICT": 9}
    assert await fleet.kept() == {"entry": 2, "audit_entry": 1}


@pytest.mark.rule("WAL-10")
async def test_a_reversal_says_why_and_of_whom_nothing_is_booked_any_more(
    api: Api, fleet: Fleet
) -> None:
    customer, manager = await fleet.customer(), await fleet.operator()
    line = await fleet.post(customer, 500)

    silent = await perform(api, manager, REVERSE, line, reason=" ")
    await fleet.change(customer, deleted_at=JOINED.isoformat())
    deleted = await perform(api, manager, REVERSE, line)

    assert refusals(silent) == [("REASON_REQUIRED", "reason")]
    assert refusals(deleted) == [("CUSTOMER_DELETED", "transactionId")]
    assert await fleet.kept() == {"entry": 1, "audit_entry": 0}
