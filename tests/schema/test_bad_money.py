"""Bad input to every mutation of the wallet: a coded answer, and nothing is changed."""

import json
from typing import Any

import pytest

from domain.access import Scope
from tests.api import Api
from tests.booking import AMOUNTS, MUTATIONS, NOTHING, asked, document, kept, subject_of
from tests.make import JOINED, Fleet, Make, Who

BAD = {
    **dict.fromkeys(["NaN", "Infinity", "-Infinity", "1e3", "1E3", "0x10", ""], "INVALID_AMOUNT"),
    **dict.fromkeys([" 5", "5 ", "5\n", "1_000", "1,000", "5.", ".5", "+5"], "INVALID_AMOUNT"),
    **dict.fromkeys(["\uff15", "\u0665", "-1", "0", "0.00", "-0", "0.001"], "INVALID_AMOUNT"),
    **dict.fromkeys(["12.500", str(2**63), "9" * 400, "5\0"], "INVALID_AMOUNT"),
    **dict.fromkeys(["10000.01", str(2**63 // 100)], "AMOUNT_LIMIT_EXCEEDED"),
}
TEXTS = [
    ("addWalletCredit", "note", 500),
    ("addBonus", "note", 500),
    ("chargeFee", "description", 500),
    ("reduceBalance", "reason", 500),
    ("topUpWallet", "note", 500),
    ("topUpWallet", "externalReference", 255),
    ("reverseWalletTransaction", "reason", 500),
]
SUBJECTS = dict.fromkeys(AMOUNTS, "customerId") | {"reverseWalletTransaction": "transactionId"}


async def code(api: Api, who: Who, name: str, input: dict[str, Any]) -> str:
    """The one code that a mutation is answered with, whether as a refusal or as an error."""
    body = json.dumps({"query": document(name), "variables": {"input": input}})  # escapes all
    headers = {"Authorization": f"Bearer {who.token}", "Content-Type": "application/json"}
    response = await api.client.post("/graphql", content=body, headers=headers)
    assert response.status_code < 500
    answer = response.json()
    if errors := answer.get("errors"):
        assert answer.get("data") in (None, {name: None})
        (found,) = {error["extensions"]["code"] for error in errors}
    else:
        payload = answer["data"][name]
        (found,) = {error["code"] for error in payload["userErrors"]}
        assert {**payload, "userErrors": []} == {**NOTHING, "userErrors": []}
    return str(found)


async def unchanged(fleet: Fleet, before: dict[str, int]) -> None:
    """Nothing is kept of what was asked, not even its key."""
    assert await kept(fleet) == before
    keys = "SELECT count(*) FROM idempotency WHERE caller_id IN (SELECT operator_id"
    keys += " FROM operator_assignment WHERE subaccount_id = $1)"
    assert await fleet.make.store.fetchval(keys, fleet.id) == 0


@pytest.mark.rule("WAL-0", "WAL-2")
@pytest.mark.parametrize("name", AMOUNTS)
async def test_no_amount_moves_that_is_no_plain_decimal_within_the_limit(
    api: Api, fleet: Fleet, name: str
) -> None:
    customer, clerk = await fleet.customer(balance=1000), await fleet.operator()
    before = await kept(fleet)

    told = {amount: await code(api, clerk, name, asked(name, customer, amount)) for amount in BAD}

    assert told == BAD
    await unchanged(fleet, before)


@pytest.mark.rule("WAL-0", "WAL-2")
@pytest.mark.parametrize("name", AMOUNTS)
async def test_no_money_moves_in_another_currency_or_of_another_shape(
    api: Api, fleet: Fleet, name: str
) -> None:
    customer, clerk = await fleet.customer(balance=1000), await fleet.operator()
    before = await kept(fleet)
    shapes: dict[str, list[Any]] = {
        "CURRENCY_MISMATCH": [
            {"amount": "5", "currency": currency} for currency in ("EUR", "usd", "", "U\0D", "XXX")
        ],
        "BAD_USER_INPUT": [
            *({"amount": amount, "currency": "USD"} for amount in (5, 5.5, True, None, ["5"])),
            *({"amount": "5"}, {"currency": "USD"}, {}, "5", None),
        ],
    }

    for expected, amounts in shapes.items():
        for amount in amounts:
            given = asked(name, customer, amount=amount)
            assert await code(api, clerk, name, given) == expected, amount

    await unchanged(fleet, before)


@pytest.mark.rule("WAL-9")
@pytest.mark.parametrize("name", AMOUNTS)
async def test_one_operation_moves_the_limit_and_no_more(api: Api, make: Make, name: str) -> None:
    fleet = await make.fleet(operation_limit=10_000)
    customer, clerk = await fleet.customer(balance=10_000), await fleet.operator()
    scopes = Scope.WALLET_WRITE, Scope.CUSTOMERS_READ, Scope.WALLET_READ
    partner = await fleet.partner(*scopes)

    over = [await code(api, clerk, name, asked(name, customer, "100.01"))]
    if name in {"addWalletCredit", "addBonus"}:
        over.append(await code(api, partner, name, asked(name, customer, "100.01")))
    exact = await api.get(clerk, document(name), input=asked(name, customer, "100"))

    assert set(over) == {"AMOUNT_LIMIT_EXCEEDED"}
    assert exact[name]["userErrors"] == []
    assert (await fleet.kept())["audit_entry"] == 1


@pytest.mark.rule("WAL-0")
@pytest.mark.parametrize(("name", "field", "limit"), TEXTS)
async def test_no_text_is_taken_that_cannot_be_kept(
    api: Api, fleet: Fleet, name: str, field: str, limit: int
) -> None:
    subject, clerk = await subject_of(fleet, name, await fleet.customer()), await fleet.operator()
    before = await kept(fleet)
    texts = {"a\0b": "INVALID_INPUT", "x" * (limit + 1): "INVALID_INPUT"}
    texts |= {"\ud800": "BAD_USER_INPUT", "x" * 1_000_000: "BAD_USER_INPUT"}

    told = {
        text: await code(api, clerk, name, asked(name, subject, **{field: text})) for text in texts
    }
    number = await code(api, clerk, name, asked(name, subject) | {field: 5})

    assert told == texts
    assert number == "BAD_USER_INPUT"
    await unchanged(fleet, before)


@pytest.mark.rule("WAL-0")
@pytest.mark.parametrize(("name", "field", "limit"), TEXTS)
async def test_the_longest_text_in_any_script_is_kept_as_it_is_written(
    api: Api, fleet: Fleet, name: str, field: str, limit: int
) -> None:
    customer = await fleet.customer(balance=1000)
    subject, clerk = await subject_of(fleet, name, customer), await fleet.operator()
    text = ("\U0001f6f4\u202e\u0627'\"<b>" * limit)[:limit]

    answer = await api.get(clerk, document(name), input=asked(name, subject, **{field: text}))

    (line,) = answer[name]["transactions"]
    assert line["externalReference" if field == "externalReference" else "note"] == text


@pytest.mark.rule("WAL-8")
@pytest.mark.parametrize("name", MUTATIONS)
async def test_no_key_is_taken_that_is_none(api: Api, fleet: Fleet, name: str) -> None:
    subject, clerk = await subject_of(fleet, name, await fleet.customer()), await fleet.operator()
    before = await kept(fleet)
    keys = {"": "INVALID_INPUT", "k" * 256: "INVALID_INPUT", "k" * 10_000: "INVALID_INPUT"}
    keys |= {"a\0b": "INVALID_INPUT", "\ud800": "BAD_USER_INPUT"}

    told = {
        key: await code(api, clerk, name, asked(name, subject, idempotencyKey=key)) for key in keys
    }
    missing = asked(name, subject)
    del missing["idempotencyKey"]

    assert told == keys
    for given in (missing, missing | {"idempotencyKey": None}, missing | {"idempotencyKey": 7}):
        assert await code(api, clerk, name, given) == "BAD_USER_INPUT"
    await unchanged(fleet, before)


@pytest.mark.rule("ROL-4")
@pytest.mark.parametrize("name", MUTATIONS)
async def test_no_record_is_touched_that_is_missing_foreign_or_deleted(
    api: Api, fleet: Fleet, make: Make, name: str
) -> None:
    stranger = await make.fleet()
    foreign = await subject_of(stranger, name, await stranger.customer(balance=1000))
    customer = await fleet.customer(balance=1000)
    deleted = await subject_of(fleet, name, customer)
    await fleet.change(customer, deleted_at=JOINED.isoformat())
    clerk = await fleet.operator()
    before = await kept(fleet), await kept(stranger)
    subjects = {
        **dict.fromkeys(["no id", "", "\0", "x" * 10_000, deleted.upper()], "BAD_USER_INPUT"),
        **dict.fromkeys([deleted + "0", f" {deleted}"], "BAD_USER_INPUT"),
        "cust_00000000000000000000000000": "NOT_FOUND",
        "wtx_00000000000000000000000000": "NOT_FOUND",
        clerk.id: "NOT_FOUND",
        foreign: "NOT_FOUND",
        deleted: "CUSTOMER_DELETED",
    }

    told = {id: await code(api, clerk, name, asked(name, id)) for id in subjects}
    without = asked(name, deleted) | {SUBJECTS[name]: None}

    assert told == subjects
    assert await code(api, clerk, name, without) == "BAD_USER_INPUT"
    assert (await kept(fleet), await kept(stranger)) == before


@pytest.mark.parametrize(("name", "field"), [("addBonus", "reason"), ("topUpWallet", "mode")])
@pytest.mark.parametrize("word", ["GIFT", "", "other", None, 1])
async def test_no_word_is_taken_that_is_not_to_choose_from(
    api: Api, fleet: Fleet, name: str, field: str, word: Any
) -> None:
    customer, clerk = await fleet.customer(), await fleet.operator()

    told = await code(api, clerk, name, asked(name, customer, **{field: word}))

    assert told == "BAD_USER_INPUT"
    await unchanged(fleet, {"entry": 0, "audit_entry": 0, "notification": 0, "job": 0})
