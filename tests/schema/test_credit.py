"""The one write of the walking product, end to end: HTTP, performer, ledger, trail."""

import asyncio
from typing import Any

import pytest

from domain.access import Role, Scope
from tests.api import Api, codes
from tests.make import JOINED, Fleet, Make, Who, usd

CREDIT = """
mutation ($input: AddWalletCreditInput!) {
  addWalletCredit(input: $input) {
    customer { id }
    wallet { balance { amount currency } debt { amount } available { amount } }
    transactions { id account kind amount { amount } balanceAfter { amount } note
                   actor { ... on Operator { name } ... on PartnerKey { name } } }
    replayed
    userErrors { __typename code field message }
  }
}
"""
NOTHING: dict[str, Any] = {
    "customer": None,
    "wallet": None,
    "transactions": [],
    "replayed": False,
}


def credit(customer: str, dollars: str = "5", key: str = "k1", **changed: Any) -> dict[str, Any]:
    given = {"customerId": customer, "amount": usd(dollars), "note": "Sorry", "idempotencyKey": key}
    return given | changed


async def perform(api: Api, who: Who, **input: Any) -> dict[str, Any]:
    payload: dict[str, Any] = (await api.get(who, CREDIT, input=input))["addWalletCredit"]
    return payload


@pytest.mark.rule("WAL-3")
async def test_a_credit_pays_off_a_debt_first_and_leaves_a_trail(api: Api, fleet: Fleet) -> None:
    customer = await fleet.customer(balance=-300)
    clerk = await fleet.operator(Role.CUSTOMER_SUPPORT)

    payload = await perform(api, clerk, **credit(customer, "5"))

    (line,) = payload["transactions"]
    assert line.pop("id").startswith("wtx_")
    assert payload == {
        "customer": {"id": customer},
        "wallet": {
            "balance": {"amount": "2.00", "currency": "USD"},
            "debt": {"amount": "0.00"},
            "available": {"amount": "2.00"},
        },
        "transactions": [line],
        "replayed": False,
        "userErrors": [],
    }
    assert line == {
        "account": "BALANCE",
        "kind": "CREDIT",
        "amount": {"amount": "5.00"},
        "balanceAfter": {"amount": "2.00"},
        "note": "Sorry",
        "actor": {"name": "Olga Operator"},
    }
    (entry,) = await fleet.make.store.fetch(
        "SELECT actor, action, customer_id, note, changes::text, ip_address, hash FROM audit_entry"
        " WHERE subaccount_id = $1",
        fleet.id,
    )
    assert dict(entry) == {
        "actor": clerk.id,
        "action": "add_wallet_credit",
        "customer_id": customer,
        "note": "Sorry",
        "changes": '{"after": {"balance": 200}, "before": {"balance": -300}}',
        "ip_address": "127.0.0.1",
        "hash": None,
    }


@pytest.mark.rule("WAL-2")
@pytest.mark.parametrize(
    "amount",
    [
        *("12.500", "0", "0.00", "-1", "+1", "1e2", "1E2", "NaN", "Infinity", "", " 5", "5 "),
        *("5.", ".5", "1_000", "1,000", "\uff15", "\u0665", "0x10", "5\n", "9" * 400),
    ],
)
async def test_an_amount_that_is_no_plain_decimal_is_refused(
    api: Api, fleet: Fleet, amount: str
) -> None:
    customer, clerk = await fleet.customer(), await fleet.operator()

    payload = await perform(api, clerk, **credit(customer, amount))

    errors = payload.pop("userErrors")
    assert [(error["code"], error["field"]) for error in errors] == [
        ("INVALID_AMOUNT", ["input", "amount"])
    ]
    assert payload == NOTHING
    assert await fleet.kept() == {"entry": 0, "audit_entry": 0}


@pytest.mark.rule("WAL-2")
@pytest.mark.parametrize(
    ("currency", "amount", "balance"),
    [("JPY", "1234", "1234"), ("KWD", "1.234", "1.234"), ("EUR", "0.01", "0.01")],
)
async def test_money_is_exact_in_every_currency(
    api: Api, make: Make, currency: str, amount: str, balance: str
) -> None:
    fleet = await make.fleet(currency=currency)
    customer, clerk = await fleet.customer(), await fleet.operator()
    asked = {"amount": amount, "currency": currency}

    payload = await perform(api, clerk, **credit(customer, amount=asked))

    assert payload["wallet"]["balance"] == {"amount": balance, "currency": currency}


@pytest.mark.rule("WAL-2")
async def test_another_currency_is_refused(api: Api, fleet: Fleet) -> None:
    customer, clerk = await fleet.customer(), await fleet.operator()

    payload = await perform(
        api, clerk, **credit(customer, amount={"amount": "5", "currency": "EUR"})
    )

    assert [error["code"] for error in payload["userErrors"]] == ["CURRENCY_MISMATCH"]


@pytest.mark.rule("WAL-9")
async def test_one_operation_moves_the_limit_and_no_more(api: Api, make: Make) -> None:
    fleet = await make.fleet(operation_limit=10_000)
    customer, partner = await fleet.customer(), await fleet.partner(Scope.WALLET_WRITE)
    document = "mutation ($i: AddWalletCreditInput!) { addWalletCredit(input: $i) {"
    document += " replayed userErrors { code } } }"

    over = await api.get(partner, document, i=credit(customer, "100.01"))
    exact = await api.get(partner, document, i=credit(customer, "100.00"))

    assert over["addWalletCredit"]["userErrors"] == [{"code": "AMOUNT_LIMIT_EXCEEDED"}]
    assert exact["addWalletCredit"]["userErrors"] == []
    assert await fleet.kept() == {"entry": 1, "audit_entry": 1}


@pytest.mark.rule("WAL-0")
async def test_every_refusal_is_named_at_once_in_the_callers_language(
    api: Api, fleet: Fleet
) -> None:
    customer = await fleet.customer()
    clerk = await fleet.operator(locale="de-DE")

    payload = await perform(api, clerk, **credit(customer, "0", note="x" * 501))

    assert payload.pop("userErrors") == [
        {
            "__typename": "Refusal",
            "code": "INVALID_AMOUNT",
            "field": ["input", "amount"],
            "message": "Der Betrag muss größer als null sein"
            " und zu den Dezimalstellen der Währung passen.",
        },
        {
            "__typename": "Refusal",
            "code": "INVALID_INPUT",
            "field": ["input", "note"],
            "message": "Diese Angabe ist ungültig.",
        },
    ]
    assert payload == NOTHING


@pytest.mark.rule("WAL-0")
async def test_a_deleted_customer_gets_nothing(api: Api, fleet: Fleet) -> None:
    customer = await fleet.customer(deleted_at=JOINED)
    clerk = await fleet.operator()

    payload = await perform(api, clerk, **credit(customer))

    assert [error["code"] for error in payload["userErrors"]] == ["CUSTOMER_DELETED"]
    assert await fleet.kept() == {"entry": 0, "audit_entry": 0}


@pytest.mark.rule("WAL-8")
async def test_a_repeated_key_gives_the_first_outcome(api: Api, fleet: Fleet) -> None:
    customer, clerk = await fleet.customer(), await fleet.operator()
    first = await perform(api, clerk, **credit(customer))
    await perform(api, clerk, **credit(customer, "1", key="k2"))

    again = await perform(api, clerk, **credit(customer))

    assert again["replayed"] is True
    assert again["transactions"] == first["transactions"]
    assert again["wallet"]["balance"]["amount"] == "6.00"
    assert await fleet.kept() == {"entry": 2, "audit_entry": 2}


@pytest.mark.rule("WAL-8")
async def test_a_key_names_one_request_of_one_caller(api: Api, fleet: Fleet) -> None:
    customer, clerk = await fleet.customer(), await fleet.operator()
    await perform(api, clerk, **credit(customer))

    other_input = await perform(api, clerk, **credit(customer, "6"))
    other_caller = await perform(api, await fleet.operator(), **credit(customer, "6"))

    assert [e["code"] for e in other_input["userErrors"]] == ["IDEMPOTENCY_KEY_REUSED"]
    assert other_caller["userErrors"] == []
    assert await fleet.kept() == {"entry": 2, "audit_entry": 2}


@pytest.mark.rule("WAL-8")
async def test_the_ledger_remembers_a_key_that_was_cleared_away(api: Api, fleet: Fleet) -> None:
    customer, clerk = await fleet.customer(), await fleet.operator()
    await perform(api, clerk, **credit(customer))
    await fleet.make.store.execute("DELETE FROM idempotency WHERE caller_id = $1", clerk.id)

    payload = await perform(api, clerk, **credit(customer))

    assert [e["code"] for e in payload["userErrors"]] == ["IDEMPOTENCY_KEY_REUSED"]
    assert await fleet.kept() == {"entry": 1, "audit_entry": 1}


@pytest.mark.rule("WAL-8")
async def test_a_refusal_does_not_use_up_a_key(api: Api, fleet: Fleet) -> None:
    customer, clerk = await fleet.customer(), await fleet.operator()
    await perform(api, clerk, **credit(customer, "0"))

    payload = await perform(api, clerk, **credit(customer, "5"))

    assert (payload["userErrors"], payload["replayed"]) == ([], False)


@pytest.mark.rule("WAL-8")
@pytest.mark.parametrize("key", ["", "k" * 256, "a\0b"])
async def test_a_key_has_1_to_255_characters(api: Api, fleet: Fleet, key: str) -> None:
    customer, clerk = await fleet.customer(), await fleet.operator()

    payload = await perform(api, clerk, **credit(customer, key=key))

    assert [(e["code"], e["field"]) for e in payload["userErrors"]] == [
        ("INVALID_INPUT", ["input", "idempotencyKey"])
    ]
    assert await fleet.kept() == {"entry": 0, "audit_entry": 0}


async def until_answered(api: Api, who: Who, **input: Any) -> dict[str, Any]:
    """The payload, asked for again as clients do when they are told to."""
    for _ in range(500):
        answer = await api.ask(who, CREDIT, input=input)
        if not codes(answer):
            payload: dict[str, Any] = answer["data"]["addWalletCredit"]
            return payload
        assert {code for _, code in codes(answer)} <= {"IN_PROGRESS", "OVERLOADED"}
    raise AssertionError


@pytest.mark.rule("WAL-8")
@pytest.mark.parametrize(
    ("keys", "duplicates"), [(1, 50), pytest.param(200, 50, marks=pytest.mark.stress)]
)
async def test_duplicates_at_once_have_one_effect_a_key(
    api: Api, fleet: Fleet, keys: int, duplicates: int
) -> None:
    customer, clerk = await fleet.customer(), await fleet.operator()

    for key in range(keys):
        asked = credit(customer, key=f"k{key}")
        payloads = await asyncio.gather(
            *(until_answered(api, clerk, **asked) for _ in range(duplicates))
        )

        replays = sorted(payload["replayed"] for payload in payloads)
        assert replays == [False] + [True] * (duplicates - 1)
        assert len({payload["transactions"][0]["id"] for payload in payloads}) == 1

    assert await fleet.kept() == {"entry": keys, "audit_entry": keys}


@pytest.mark.rule("WAL-1")
async def test_forty_credits_at_once_are_all_booked_and_the_chain_holds(
    api: Api, fleet: Fleet
) -> None:
    customer, clerk = await fleet.customer(), await fleet.operator()

    payloads = await asyncio.gather(
        *(until_answered(api, clerk, **credit(customer, "1", key=f"k{i}")) for i in range(40))
    )

    assert [payload["replayed"] for payload in payloads] == [False] * 40
    line = await fleet.make.store.fetchrow(
        "SELECT balance, head_seq, (SELECT sum(amount) FROM entry WHERE customer_id = $1) AS sum"
        " FROM account WHERE customer_id = $1 AND kind = 'BALANCE'",
        customer,
    )
    assert line is not None
    assert tuple(line) == (4000, 40, 4000)


@pytest.mark.rule("ROL-4")
async def test_another_fleets_customer_is_answered_as_a_missing_one(
    api: Api, fleet: Fleet, make: Make
) -> None:
    stranger = await make.fleet()
    theirs, clerk = await stranger.customer(), await fleet.operator()
    missing = "cust_00000000000000000000000000"

    answers = [
        (await api.answer(clerk, CREDIT, input=credit(id))).content for id in (theirs, missing)
    ]

    assert answers[0] == answers[1]
    assert b"NOT_FOUND" in answers[0]
    assert await stranger.kept() == {"entry": 0, "audit_entry": 0}


async def test_an_id_that_never_was_one_is_bad_input(api: Api, fleet: Fleet) -> None:
    answer = await api.ask(await fleet.operator(), CREDIT, input=credit("no id"))

    assert answer["data"] == {"addWalletCredit": None}
    assert codes(answer) == [(["addWalletCredit"], "BAD_USER_INPUT")]
