"""Top-ups: money that was taken elsewhere, recorded once."""

import asyncio
from collections import Counter

import pytest

from domain.access import Role
from tests.api import Api, codes
from tests.booking import (
    asked,
    document,
    kept,
    perform,
    refusals,
    trail,
    until_answered,
)
from tests.make import JOINED, Fleet, Make

RECORDED = ["CASH", "BANK_TRANSFER", "CARD_TERMINAL", "OTHER"]
UNCHANGED = {"entry": 0, "audit_entry": 0, "notification": 0, "job": 0}


@pytest.mark.rule("WAL-7")
@pytest.mark.parametrize("mode", RECORDED)
async def test_money_taken_elsewhere_is_recorded_with_its_reference(
    api: Api, fleet: Fleet, mode: str
) -> None:
    customer = await fleet.customer(balance=-300)
    clerk = await fleet.operator(Role.CUSTOMER_SUPPORT)
    given = {"mode": mode, "externalReference": " R-1\n", "note": "At the counter"}

    payload = await perform(api, clerk, "topUpWallet", customer, "20", **given)

    (line,) = payload["transactions"]
    assert line.pop("id").startswith("wtx_")
    assert payload == {
        "customer": {"id": customer},
        "wallet": {"balance": {"amount": "17.00"}, "bonus": {"amount": "0.00"}},
        "transactions": [line],
        "replayed": False,
        "userErrors": [],
    }
    assert line == {
        "account": "BALANCE",
        "kind": "TOP_UP",
        "amount": {"amount": "20.00"},
        "balanceAfter": {"amount": "17.00"},
        "note": "At the counter",
        "bonusReason": None,
        "transactionMode": mode,
        "externalReference": "R-1",
        "reverses": None,
        "reversedBy": None,
        "actor": {"name": "Olga Operator"},
    }
    assert await trail(fleet) == [
        {
            "actor": clerk.id,
            "action": "top_up_wallet",
            "customer_id": customer,
            "note": "At the counter",
            "changes": '{"after": {"balance": 1700}, "before": {"balance": -300}}',
        }
    ]


@pytest.mark.rule("WAL-7")
async def test_a_reference_counts_once_in_a_fleet_and_mode(
    api: Api, fleet: Fleet, make: Make
) -> None:
    other = await make.fleet()
    customer, second, theirs = [await one.customer() for one in (fleet, fleet, other)]
    clerk = await make.operator(fleet, other)
    payment = {"externalReference": "R-1"}
    await perform(api, clerk, "topUpWallet", customer, **payment)

    again = await perform(api, clerk, "topUpWallet", second, idempotencyKey="k2", **payment)
    padded = await perform(
        api, clerk, "topUpWallet", customer, idempotencyKey="k3", externalReference=" R-1 "
    )
    assert refusals(again) == refusals(padded) == [("ALREADY_EXISTS", "externalReference")]
    assert await kept(fleet) == UNCHANGED | {"entry": 1, "audit_entry": 1}

    for key, subject, changed in (
        ("k4", theirs, payment),
        ("k5", customer, payment | {"mode": "OTHER"}),
        ("k6", customer, {"externalReference": "r-1"}),
        ("k2", second, {"externalReference": "R-2"}),  # the refusal did not use the key up
    ):
        payload = await perform(api, clerk, "topUpWallet", subject, idempotencyKey=key, **changed)
        assert payload["userErrors"] == []


@pytest.mark.rule("WAL-7")
@pytest.mark.parametrize("reference", [None, "", "  "])
async def test_a_payment_without_a_number_is_like_no_other(
    api: Api, fleet: Fleet, reference: str | None
) -> None:
    customer, clerk = await fleet.customer(), await fleet.operator()

    payloads = [
        await perform(
            api, clerk, "topUpWallet", customer, idempotencyKey=key, externalReference=reference
        )
        for key in ("k1", "k2")
    ]

    lines = [payload["transactions"][0]["externalReference"] for payload in payloads]
    assert lines == [None, None]


@pytest.mark.rule("WAL-7")
async def test_of_one_payment_recorded_ten_times_at_once_one_counts(api: Api, fleet: Fleet) -> None:
    clerk = await fleet.operator()
    customers = [await fleet.customer() for _ in range(10)]

    payloads = await asyncio.gather(
        *(
            until_answered(
                api, clerk, "topUpWallet", one, idempotencyKey=one, externalReference="R-1"
            )
            for one in customers
        )
    )

    told = Counter(error["code"] for payload in payloads for error in payload["userErrors"])
    assert told == {"ALREADY_EXISTS": 9}
    assert await kept(fleet) == UNCHANGED | {"entry": 1, "audit_entry": 1}


@pytest.mark.parametrize("caller", ["operator", "rider"])
async def test_a_saved_card_cannot_be_charged_yet_and_the_key_stays_free(
    api: Api, fleet: Fleet, caller: str
) -> None:
    customer = await fleet.customer()
    who = await (fleet.operator() if caller == "operator" else fleet.rider(customer))

    for _ in range(2):
        payload = await perform(api, who, "topUpWallet", customer, mode="SAVED_CARD")
        assert refusals(payload) == [("PROVIDER_UNAVAILABLE", "mode")]

    assert await kept(fleet) == UNCHANGED
    assert (
        await fleet.make.store.fetchval(
            "SELECT count(*) FROM idempotency WHERE caller_id LIKE '%' || $1", who.id
        )
        == 0
    )


@pytest.mark.rule("WAL-9")
async def test_the_limit_is_for_operators_and_not_for_riders(api: Api, make: Make) -> None:
    fleet = await make.fleet(operation_limit=10_000)
    customer = await fleet.customer()
    card = {"mode": "SAVED_CARD"}
    clerk, rider = await fleet.operator(), await fleet.rider(customer)

    over = await perform(api, clerk, "topUpWallet", customer, "100.01", **card)
    own = await perform(api, rider, "topUpWallet", customer, "100.01", **card)

    assert refusals(over) == [("AMOUNT_LIMIT_EXCEEDED", "amount")]
    assert refusals(own) == [("PROVIDER_UNAVAILABLE", "mode")]


@pytest.mark.rule("ROL-2", "ROL-5")
@pytest.mark.parametrize("mode", RECORDED)
async def test_a_rider_records_no_money_of_its_own(api: Api, fleet: Fleet, mode: str) -> None:
    customer, other = await fleet.customer(), await fleet.customer()
    rider = await fleet.rider(customer)
    top_up = document("topUpWallet")

    for subject in (customer, other):
        answer = await api.ask(rider, top_up, input=asked("topUpWallet", subject, mode=mode))
        assert answer["data"] == {"topUpWallet": None}
        assert codes(answer) == [(["topUpWallet"], "FORBIDDEN")]

    assert await kept(fleet) == UNCHANGED


@pytest.mark.rule("ROL-4")
async def test_another_riders_wallet_does_not_exist(api: Api, fleet: Fleet) -> None:
    rider, other = await fleet.rider(await fleet.customer()), await fleet.customer()

    payload = await perform(api, rider, "topUpWallet", other, mode="SAVED_CARD")

    assert refusals(payload) == [("NOT_FOUND", "customerId")]


@pytest.mark.parametrize("caller", ["operator", "rider"])
@pytest.mark.parametrize("mode", ["CASH", "SAVED_CARD"])
async def test_a_blocked_customer_is_topped_up_by_nobody_until_unblocked(
    api: Api, fleet: Fleet, caller: str, mode: str
) -> None:
    customer = await fleet.customer(blocked_at=JOINED, blocked_reason="Ran off")
    clerk = await fleet.operator()
    who = clerk if caller == "operator" else await fleet.rider(customer)
    mode = "SAVED_CARD" if caller == "rider" else mode

    payload = await perform(api, who, "topUpWallet", customer, mode=mode)

    assert refusals(payload) == [("CUSTOMER_BLOCKED", "customerId")]
    assert await kept(fleet) == UNCHANGED
    await fleet.change(customer, blocked_at=None, blocked_reason=None)
    assert (await perform(api, clerk, "topUpWallet", customer))["userErrors"] == []
