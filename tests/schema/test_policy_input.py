"""What no policy can become: a coded answer each, and nothing changed."""

from typing import Any

import pytest

from tests.api import Api
from tests.make import Fleet, Make, usd
from tests.policy import AMOUNTS, refusals, untouched, update


@pytest.mark.parametrize(
    ("before", "wanted", "empty"),
    [
        ({}, {"autoTopUpTriggerBelow": usd("5")}, "autoTopUpAmount"),
        ({}, {"autoTopUpAmount": usd("5")}, "autoTopUpTriggerBelow"),
        ({}, {"autoTopUpAmount": usd("5"), "autoTopUpTriggerBelow": None}, "autoTopUpTriggerBelow"),
        ({"trigger_below": 0, "amount": 5}, {"autoTopUpAmount": None}, "autoTopUpAmount"),
        (
            {"trigger_below": 0, "amount": 5},
            {"autoTopUpTriggerBelow": None, "autoTopUpAmount": usd("9")},
            "autoTopUpTriggerBelow",
        ),
    ],
)
async def test_automatic_top_up_is_set_whole_or_not_at_all(
    api: Api, make: Make, before: dict[str, int], wanted: dict[str, Any], empty: str
) -> None:
    fleet = await make.fleet(**{f"auto_top_up_{name}": value for name, value in before.items()})
    admin = await fleet.operator()

    payload = await update(api, admin, fleet, **wanted)

    assert refusals(payload) == [("INVALID_INPUT", empty)]
    assert await fleet.kept("audit_entry") == {"audit_entry": 0}


@pytest.mark.parametrize(
    "amount",
    [
        *("0.500", "-1", "-0", "+1", "1e3", "NaN", "Infinity", "", " 5", "5 ", "5.", ".5"),
        *("1_000", "1,000", "\uff15", "0x10", "5\n", "9" * 400, str(2**63), "10000000000.01"),
    ],
)
async def test_an_amount_is_a_plain_decimal_of_the_currency(
    api: Api, fleet: Fleet, amount: str
) -> None:
    admin = await fleet.operator()

    payload = await update(api, admin, fleet, **dict.fromkeys(AMOUNTS, usd(amount)))

    assert refusals(payload) == [("INVALID_AMOUNT", name) for name in AMOUNTS]
    assert await untouched(api, admin, fleet)


async def test_what_an_operation_may_move_and_what_a_top_up_charges_is_above_zero(
    api: Api, fleet: Fleet
) -> None:
    admin = await fleet.operator()

    payload = await update(api, admin, fleet, **dict.fromkeys(AMOUNTS, usd("0")))

    assert refusals(payload) == [
        ("INVALID_AMOUNT", "operationLimit"),
        ("INVALID_AMOUNT", "autoTopUpAmount"),
    ]
    assert await untouched(api, admin, fleet)


@pytest.mark.parametrize(
    ("currency", "fee", "limit"), [("JPY", "50", "1000000"), ("KWD", "0.150", "0.001")]
)
async def test_amounts_have_the_decimals_of_the_fleets_currency(
    api: Api, make: Make, currency: str, fee: str, limit: str
) -> None:
    fleet = await make.fleet(currency=currency)
    wanted = {
        name: {"amount": amount, "currency": currency}
        for name, amount in (("unlockFee", fee), ("operationLimit", limit))
    }

    payload = await update(api, await fleet.operator(), fleet, **wanted)

    assert payload["subaccount"]["policy"].items() >= wanted.items()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("vehicleOnlineWindowMinutes", 0), ("vehicleOnlineWindowMinutes", -60)),
        *(("vehicleOnlineWindowMinutes", 527_041), ("vehicleOnlineWindowMinutes", 2**31 - 1)),
        *(("minimumAge", -1), ("minimumAge", 121)),
        *(("identityRiskThreshold", -1), ("identityRiskThreshold", 101)),
        *(("prepaidRiskCountries", [country]) for country in ("us", "EU", "XA", "USA", "", "A\0")),
        ("prepaidRiskCountries", ["US", "DE", "US"]),
        ("prepaidRiskCountries", ["001"] * 5_000),
    ],
)
async def test_a_value_out_of_its_bounds_is_refused(
    api: Api, fleet: Fleet, name: str, value: Any
) -> None:
    admin = await fleet.operator()

    payload = await update(api, admin, fleet, **{name: value})

    assert refusals(payload) == [("INVALID_INPUT", name)]
    assert await untouched(api, admin, fleet)


async def test_every_reason_is_named_at_once_at_its_member(api: Api, fleet: Fleet) -> None:
    admin = await fleet.operator()

    payload = await update(
        api,
        admin,
        fleet,
        minimumWalletBalance={"amount": "1", "currency": "EUR"},
        unlockFee=usd("2"),
        perMinuteRate=None,
        operationLimit=usd("0"),
        minimumAge=121,
        prepaidRiskCountries=["XX"],
        autoTopUpTriggerBelow=usd("NaN"),
    )

    assert refusals(payload) == [
        ("CURRENCY_MISMATCH", "minimumWalletBalance"),
        ("INVALID_INPUT", "perMinuteRate"),
        ("INVALID_AMOUNT", "operationLimit"),
        ("INVALID_INPUT", "minimumAge"),
        ("INVALID_INPUT", "prepaidRiskCountries"),
        ("INVALID_AMOUNT", "autoTopUpTriggerBelow"),
        ("INVALID_INPUT", "autoTopUpAmount"),
    ]
    assert await untouched(api, admin, fleet)
