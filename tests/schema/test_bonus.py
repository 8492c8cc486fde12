"""Promotional money, given by hand."""

import pytest

from domain.access import Role
from tests.api import Api
from tests.booking import kept, perform, refusals, trail
from tests.make import Fleet

NOTHING_KEPT = {"entry": 0, "audit_entry": 0, "notification": 0, "job": 0}


@pytest.mark.rule("WAL-6")
@pytest.mark.parametrize("reason", ["PARTNER", "OPERATOR", "CUSTOMER_FAULT"])
@pytest.mark.parametrize("note", [None, "Order 4711"])
async def test_a_bonus_keeps_its_reason_and_leaves_the_balance_alone(
    api: Api, fleet: Fleet, reason: str, note: str | None
) -> None:
    customer = await fleet.customer(balance=-300, bonus=100)
    clerk = await fleet.operator(Role.CUSTOMER_SUPPORT)

    payload = await perform(api, clerk, "addBonus", customer, "2.50", reason=reason, note=note)

    (line,) = payload["transactions"]
    assert line.pop("id").startswith("wtx_")
    assert payload == {
        "customer": {"id": customer},
        "wallet": {"balance": {"amount": "-3.00"}, "bonus": {"amount": "3.50"}},
        "transactions": [line],
        "replayed": False,
        "userErrors": [],
    }
    assert line == {
        "account": "BONUS",
        "kind": "BONUS",
        "amount": {"amount": "2.50"},
        "balanceAfter": {"amount": "3.50"},
        "note": note,
        "bonusReason": reason,
        "transactionMode": None,
        "externalReference": None,
        "reverses": None,
        "reversedBy": None,
        "actor": {"name": "Olga Operator"},
    }
    assert await trail(fleet) == [
        {
            "actor": clerk.id,
            "action": "add_bonus",
            "customer_id": customer,
            "note": note,
            "changes": '{"after": {"bonus": 350}, "before": {"bonus": 100}}',
        }
    ]


@pytest.mark.rule("WAL-6")
@pytest.mark.parametrize("note", [None, "", " ", "\t\n", "\u00a0\u2003"])
async def test_the_reason_other_needs_a_note_that_says_something(
    api: Api, fleet: Fleet, note: str | None
) -> None:
    customer, clerk = await fleet.customer(), await fleet.operator()

    without = await perform(api, clerk, "addBonus", customer, reason="OTHER", note=note)
    assert refusals(without) == [("REASON_REQUIRED", "note")]
    assert await kept(fleet) == NOTHING_KEPT

    said = await perform(api, clerk, "addBonus", customer, reason="OTHER", note=" Long wait ")
    assert [line["note"] for line in said["transactions"]] == [" Long wait "]


@pytest.mark.rule("WAL-6")
async def test_a_note_of_blanks_is_no_note_where_none_is_needed(api: Api, fleet: Fleet) -> None:
    customer, clerk = await fleet.customer(), await fleet.operator()

    payload = await perform(api, clerk, "addBonus", customer, note=" \n")

    assert [line["note"] for line in payload["transactions"]] == [None]
