"""Fees: they may leave a debt, and the customer is told of it exactly once."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from db.embedded import Addresses
from domain.access import Role
from tests.api import Api
from tests.booking import kept, perform, refusals, told, trail, until_answered, waiting
from tests.conftest import Clock, application, connected
from tests.make import JOINED, Fleet
from tests.serving import serving

FEES = 20


@pytest.mark.rule("WAL-4")
async def test_a_fee_that_crosses_zero_tells_the_customer_and_leaves_a_trail(
    api: Api, fleet: Fleet
) -> None:
    customer = await fleet.customer(balance=500, bonus=900)
    clerk = await fleet.operator(Role.CUSTOMER_SUPPORT)

    payload = await perform(api, clerk, "chargeFee", customer, "7.50")

    (line,) = payload["transactions"]
    assert line.pop("id").startswith("wtx_")
    assert payload == {
        "customer": {"id": customer},
        "wallet": {"balance": {"amount": "-2.50"}, "bonus": {"amount": "9.00"}},
        "transactions": [line],
        "replayed": False,
        "userErrors": [],
    }
    assert line == {
        "account": "BALANCE",
        "kind": "FEE",
        "amount": {"amount": "-7.50"},
        "balanceAfter": {"amount": "-2.50"},
        "note": "Damaged brake",
        "bonusReason": None,
        "transactionMode": None,
        "externalReference": None,
        "reverses": None,
        "reversedBy": None,
        "actor": {"name": "Olga Operator"},
    }
    assert await told(fleet, customer) == ["Your balance is -$2.50. Please top up."]
    assert await trail(fleet) == [
        {
            "actor": clerk.id,
            "action": "charge_fee",
            "customer_id": customer,
            "note": "Damaged brake",
            "changes": '{"after": {"balance": -250}, "before": {"balance": 500}}',
        }
    ]


@pytest.mark.rule("WAL-4", "NOT-3")
@pytest.mark.parametrize(
    ("locale", "message"),
    [
        ("de-DE", "Ihr Guthaben beträgt -2,50\u00a0$. Bitte laden Sie auf."),
        ("fr-FR", "Votre solde est de -2,50\u00a0$US. Merci de recharger."),
        ("es-ES", "Tu saldo es -2,50\u00a0US$. Recárgalo, por favor."),
        ("ja-JP", "Your balance is -$2.50. Please top up."),
    ],
)
async def test_the_debt_is_told_in_the_customers_language(
    api: Api, fleet: Fleet, locale: str, message: str
) -> None:
    customer = await fleet.customer(balance=500, locale=locale)

    await perform(api, await fleet.operator(locale="en-US"), "chargeFee", customer, "7.50")

    assert await told(fleet, customer) == [message]


@pytest.mark.rule("WAL-4")
@pytest.mark.parametrize(
    ("before", "fee", "notices"),
    [(500, "5.00", 0), (500, "4.99", 0), (500, "5.01", 1), (0, "0.01", 1), (-1, "0.01", 0)],
)
async def test_only_a_fall_from_zero_or_more_to_below_zero_is_told(
    api: Api, fleet: Fleet, before: int, fee: str, notices: int
) -> None:
    customer = await fleet.customer(balance=before)

    await perform(api, await fleet.operator(), "chargeFee", customer, fee)

    assert len(await told(fleet, customer)) == notices
    lines = 1 + (before != 0)
    expected = {"entry": lines, "audit_entry": 1, "notification": notices, "job": notices}
    assert await kept(fleet) == expected


@pytest.mark.rule("WAL-4")
async def test_every_new_fall_is_told_and_a_repeated_key_is_no_new_one(
    api: Api, fleet: Fleet
) -> None:
    customer, clerk = await fleet.customer(balance=100), await fleet.operator()

    for key in ("k1", "k1", "k2"):  # falls, is asked again, and falls deeper
        await perform(api, clerk, "chargeFee", customer, "2", idempotencyKey=key)
    await perform(api, clerk, "addWalletCredit", customer, "3", idempotencyKey="k3")
    await perform(api, clerk, "chargeFee", customer, "0.01", idempotencyKey="k4")

    assert await told(fleet, customer) == [
        "Your balance is -$1.00. Please top up.",
        "Your balance is -$0.01. Please top up.",
    ]


@pytest.mark.rule("WAL-4")
@pytest.mark.parametrize("description", ["", " ", "\t\n", "\u00a0"])
async def test_a_fee_says_what_for(api: Api, fleet: Fleet, description: str) -> None:
    customer, clerk = await fleet.customer(), await fleet.operator()

    payload = await perform(api, clerk, "chargeFee", customer, description=description)

    assert refusals(payload) == [("REASON_REQUIRED", "description")]
    assert await kept(fleet) == {"entry": 0, "audit_entry": 0, "notification": 0, "job": 0}


@pytest.mark.rule("WAL-4")
async def test_a_blocked_customer_can_be_charged(api: Api, fleet: Fleet) -> None:
    customer = await fleet.customer(blocked_at=JOINED, blocked_reason="Ran off")

    payload = await perform(api, await fleet.operator(), "chargeFee", customer, "5")

    assert payload["wallet"]["balance"] == {"amount": "-5.00"}


@pytest.fixture
async def clients(
    engine: AsyncEngine, database: Addresses, fleet: Fleet, clock: Clock
) -> AsyncIterator[list[Api]]:
    """Clients of two servers behind sockets, each with a connection of its own."""
    issuer = fleet.make.issuer
    async with (
        connected(database) as other_engine,
        application(engine, issuer, clock) as one,
        application(other_engine, issuer, clock) as other,
        serving(one) as address,
        serving(other) as other_address,
    ):
        places = [address, other_address] * (FEES // 2)
        made = [httpx.AsyncClient(base_url=place, timeout=30) for place in places]
        yield [Api(client) for client in made]
        await asyncio.gather(*(client.aclose() for client in made))


@pytest.mark.rule("WAL-4")
async def test_twenty_fees_at_once_over_two_servers_fall_below_zero_once(
    clients: list[Api], fleet: Fleet
) -> None:
    customer, clerk = await fleet.customer(balance=1000), await fleet.operator()

    async with fleet.make.store.acquire() as holder:
        async with holder.transaction():
            await holder.execute(
                "SELECT 1 FROM account WHERE customer_id = $1 FOR UPDATE", customer
            )
            fees = [
                asyncio.create_task(
                    until_answered(
                        api, clerk, "chargeFee", customer, "1", idempotencyKey=f"k{number}"
                    )
                )
                for number, api in enumerate(clients)
            ]
            await waiting(fleet.make, FEES // 4)
        payloads = await asyncio.gather(*fees)

    after = sorted(float(p["transactions"][0]["balanceAfter"]["amount"]) for p in payloads)
    assert after == [float(dollars) for dollars in range(-10, 10)]
    assert await told(fleet, customer) == ["Your balance is -$1.00. Please top up."]
    assert await kept(fleet) == {"entry": 21, "audit_entry": 20, "notification": 1, "job": 1}
