"""The profile of a customer, as operators read it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.access import Role, Scope
from domain.ids import Prefix
from tests.api import Api, codes
from tests.conftest import Clock
from tests.make import JOINED, Fleet, Make, new

PROFILE = """
query ($id: ID!) { customer(id: $id) {
  __typename id customerNumber name email phone maskedPhone deviceOs locale region { id name }
  subaccount { id name } joinedAt lastActiveAt status badges blocked blockedAt blockedReason
  deletedAt stripeCustomerId completedRides totalSpent { amount currency formatted }
} }
"""
STATUS = "query ($id: ID!) { customer(id: $id) { status badges } }"
BLOCKED: dict[str, Any] = {"blocked_at": JOINED, "blocked_reason": "Fraud"}
REQUIRED: dict[str, Any] = {"identity_required": True, "identity_status": "PENDING"}
VERIFIED: dict[str, Any] = {"identity_required": True, "identity_status": "VERIFIED"}
RIDES: dict[str, Any] = {"completed_rides": 3}
DELETED: dict[str, Any] = {"deleted_at": JOINED}


async def test_the_profile_is_shown_whole(api: Api, fleet: Fleet) -> None:
    region = await fleet.region("Downtown")
    customer = await fleet.customer(
        number=4711,
        region_id=region,
        last_active_at=datetime(2026, 3, 1, 8, 30, tzinfo=UTC),
        stripe_customer_id="cus_1",
        total_spent=123_456,
        email="Ada@rider.example",
        **RIDES,
        **BLOCKED,
    )

    data = await api.get(await fleet.operator(), PROFILE, id=customer)

    assert data["customer"] == {
        "__typename": "Customer",
        "id": customer,
        "customerNumber": "4711",
        "name": "Ada Lovelace",
        "email": "Ada@rider.example",
        "phone": "+14155550100",
        "maskedPhone": "•••00",
        "deviceOs": "IOS",
        "locale": "en-US",
        "region": {"id": region, "name": "Downtown"},
        "subaccount": {"id": fleet.id, "name": "Test fleet"},
        "joinedAt": "2026-01-15T12:00:00Z",
        "lastActiveAt": "2026-03-01T08:30:00Z",
        "status": "BLOCKED",
        "badges": ["ACTIVE", "BLOCKED"],
        "blocked": True,
        "blockedAt": "2026-01-15T12:00:00Z",
        "blockedReason": "Fraud",
        "deletedAt": None,
        "stripeCustomerId": "cus_1",
        "completedRides": 3,
        "totalSpent": {"amount": "1234.56", "currency": "USD", "formatted": "$1,234.56"},
    }


@pytest.mark.rule("CUS-2")
@pytest.mark.parametrize(
    ("given", "status", "badges"),
    [
        ({}, "NEW", ["NEW"]),
        (RIDES, "ACTIVE", ["ACTIVE"]),
        (VERIFIED, "NEW", ["NEW", "VERIFIED"]),
        (RIDES | VERIFIED, "ACTIVE", ["ACTIVE", "VERIFIED"]),
        (RIDES | REQUIRED, "IDENTITY_REQUIRED", ["ACTIVE", "IDENTITY_REQUIRED"]),
        (
            REQUIRED | {"identity_status": "FAILED"},
            "IDENTITY_REQUIRED",
            ["NEW", "IDENTITY_REQUIRED"],
        ),
        (REQUIRED | BLOCKED, "BLOCKED", ["NEW", "BLOCKED", "IDENTITY_REQUIRED"]),
        (RIDES | BLOCKED | DELETED, "DELETED", ["ACTIVE", "BLOCKED"]),
    ],
)
async def test_the_status_is_the_first_that_holds_and_every_badge_is_shown(
    api: Api, fleet: Fleet, given: dict[str, Any], status: str, badges: list[str]
) -> None:
    customer = await fleet.customer(**given)

    data = await api.get(await fleet.operator(), STATUS, id=customer)

    assert data["customer"] == {"status": status, "badges": badges}


BY = (
    "query ($fleet: ID!, $key: CustomerKey!) { customerBy(subaccountId: $fleet, key: $key) { id } }"
)


@pytest.mark.parametrize(
    "key",
    [
        {"customerNumber": "99000001"},
        {"email": "ADA@Rider.example"},
        {"phone": "+14155550188"},
        {"stripeCustomerId": "cus_by"},
    ],
)
async def test_a_customer_is_found_by_each_identifier_in_its_own_fleet_only(
    api: Api, fleet: Fleet, make: Make, key: dict[str, str]
) -> None:
    customer = await fleet.customer(
        number=99_000_001,
        email="ada@rider.example",
        phone="+14155550188",
        stripe_customer_id="cus_by",
    )
    stranger = await make.fleet()
    clerk, foreigner = await fleet.operator(), await stranger.operator()

    found = await api.get(clerk, BY, fleet=fleet.id, key=key)
    elsewhere = await api.get(foreigner, BY, fleet=fleet.id, key=key)

    assert found == {"customerBy": {"id": customer}}
    assert elsewhere == {"customerBy": None}


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ({"customerNumber": "12a"}, "BAD_USER_INPUT"),
        ({"customerNumber": "9" * 30}, "BAD_USER_INPUT"),
        ({"email": "a\0b"}, "BAD_USER_INPUT"),
        ({"email": ""}, "BAD_USER_INPUT"),
        ({}, "BAD_USER_INPUT"),
        ({"email": "a@b.example", "phone": "+14155550188"}, "BAD_USER_INPUT"),
    ],
)
async def test_what_is_no_identifier_is_bad_input(
    api: Api, fleet: Fleet, key: dict[str, str], code: str
) -> None:
    answer = await api.ask(await fleet.operator(), BY, fleet=fleet.id, key=key)

    assert {found for _, found in codes(answer)} == {code}


@pytest.mark.parametrize(
    ("role", "key", "allowed"),
    [
        (Role.ANALYST, {"email": "a@b.example"}, False),
        (Role.ANALYST, {"phone": "+14155550188"}, False),
        (Role.ANALYST, {"customerNumber": "1"}, True),
        (Role.VIEWER, {"email": "a@b.example"}, True),
        (Role.VIEWER, {"stripeCustomerId": "cus_1"}, False),
        (Role.CUSTOMER_SUPPORT, {"stripeCustomerId": "cus_1"}, True),
    ],
)
async def test_looking_up_by_what_one_may_not_read_is_forbidden(
    api: Api, fleet: Fleet, role: Role, key: dict[str, str], allowed: bool
) -> None:
    answer = await api.ask(await fleet.operator(role), BY, fleet=fleet.id, key=key)

    assert codes(answer) == ([] if allowed else [(["customerBy"], "FORBIDDEN")])


CARDS = """
query ($id: ID!) { customer(id: $id) { paymentMethods {
  type brand last4 expMonth expYear status isDefault verification stripePaymentMethodId addedAt
} } }
"""


async def card(fleet: Fleet, customer: str, **changed: Any) -> str:
    values = {
        "customer_id": customer,
        "type": "CARD",
        "brand": "visa",
        "last4": "4242",
        "exp_month": 12,
        "exp_year": 2026,
        "verification": "VERIFIED",
        "added_at": JOINED,
    }
    return await fleet.row("payment_method", id=new(Prefix.PAYMENT_METHOD), **(values | changed))


@pytest.mark.rule("PAY-1")
@pytest.mark.parametrize(
    ("timezone", "instant", "status"),
    [
        ("America/New_York", datetime(2027, 1, 1, 4, 59, 59, tzinfo=UTC), "ACTIVE"),
        ("America/New_York", datetime(2027, 1, 1, 5, 0, 0, tzinfo=UTC), "EXPIRED"),
        ("Asia/Tokyo", datetime(2026, 12, 31, 14, 59, 59, tzinfo=UTC), "ACTIVE"),
        ("Asia/Tokyo", datetime(2026, 12, 31, 15, 0, 0, tzinfo=UTC), "EXPIRED"),
    ],
)
async def test_a_card_expires_with_the_month_where_the_fleet_is(
    api: Api, make: Make, clock: Clock, timezone: str, instant: datetime, status: str
) -> None:
    clock.at = instant
    fleet = await make.fleet(timezone=timezone)
    customer = await fleet.customer()
    await card(fleet, customer, is_default=True, stripe_payment_method_id="pm_1")

    data = await api.get(await fleet.operator(), CARDS, id=customer)

    assert data["customer"]["paymentMethods"] == [
        {
            "type": "CARD",
            "brand": "visa",
            "last4": "4242",
            "expMonth": 12,
            "expYear": 2026,
            "status": status,
            "isDefault": True,
            "verification": "VERIFIED",
            "stripePaymentMethodId": "pm_1",
            "addedAt": "2026-01-15T12:00:00Z",
        }
    ]


SIGNUP = """
query ($id: ID!) { customer(id: $id) { signupLocation {
  ip { address country } gps { latitude longitude accuracyMeters country } mismatch
} } }
"""


@pytest.mark.rule("LOC-2")
@pytest.mark.parametrize(
    ("by_ip", "by_gps", "mismatch"),
    [("US", "US", False), ("US", "DE", True), (None, "DE", None), ("US", None, None)],
)
async def test_two_known_countries_that_differ_are_a_mismatch(
    api: Api, fleet: Fleet, by_ip: str | None, by_gps: str | None, mismatch: bool | None
) -> None:
    customer = await fleet.customer()
    await fleet.row(
        "signup_location",
        customer_id=customer,
        ip_address="203.0.113.7",
        ip_country=by_ip,
        latitude=52.52,
        longitude=13.405,
        accuracy_meters=12.5,
        gps_country=by_gps,
        recorded_at=JOINED,
    )

    data = await api.get(await fleet.operator(), SIGNUP, id=customer)

    assert data["customer"]["signupLocation"] == {
        "ip": {"address": "203.0.113.7", "country": by_ip},
        "gps": {
            "latitude": 52.52,
            "longitude": 13.405,
            "accuracyMeters": 12.5,
            "country": by_gps,
        },
        "mismatch": mismatch,
    }


MONEY = "query ($id: ID!, $locale: Locale) { customer(id: $id) { wallet { balance"
MONEY += " { formatted(locale: $locale) } } } }"


@pytest.mark.parametrize(
    ("locale", "operators", "accepts", "written"),
    [
        ("de-DE", "en-US", "fr", "1.234,56\xa0$"),
        (None, "de-DE", "fr", "1.234,56\xa0$"),
        (None, None, "xx;q=1, fr-FR;q=0.8, en;q=0.5", "1\u202f234,56\xa0$US"),
        (None, None, "*", "$1,234.56"),
    ],
)
async def test_amounts_are_written_for_who_reads_them(
    api: Api, fleet: Fleet, locale: str | None, operators: str | None, accepts: str, written: str
) -> None:
    customer = await fleet.customer(balance=123_456)
    clerk = await fleet.operator(locale=operators)
    api.client.headers["Accept-Language"] = accepts

    data = await api.get(clerk, MONEY, id=customer, locale=locale)

    assert data["customer"]["wallet"]["balance"]["formatted"] == written


async def test_a_locale_that_is_none_is_bad_input(api: Api, fleet: Fleet) -> None:
    customer, clerk = await fleet.customer(), await fleet.operator()

    answer = await api.ask(clerk, MONEY, id=customer, locale="zz-ZZ")

    assert [code for _, code in codes(answer)] == ["BAD_USER_INPUT"]


@pytest.mark.rule("ROL-5")
async def test_a_forbidden_field_is_null_and_the_rest_of_the_page_comes(
    api: Api, fleet: Fleet
) -> None:
    customer = await fleet.customer(balance=500)
    partner = await fleet.partner(Scope.CUSTOMERS_READ)

    answer = await api.ask(
        partner,
        "query ($id: ID!) { customer(id: $id) { name wallet { balance { amount } } email } }",
        id=customer,
    )

    assert answer["data"]["customer"]["name"] == "Ada Lovelace"
    assert answer["data"]["customer"]["wallet"] is None
    assert answer["data"]["customer"]["email"] is not None
    assert codes(answer) == [(["customer", "wallet"], "FORBIDDEN")]
