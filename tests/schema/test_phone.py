"""What is found out about a number, as the customer page shows it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.access import Role, Scope
from domain.ids import Prefix
from domain.phone import LineType, PhoneFindings
from tests.api import Api, codes
from tests.conftest import Clock
from tests.looking import BERLIN, Provider, look_up, shown, signed_up
from tests.make import JOINED, Fleet, Make, Who, new

GERMAN, AMERICAN = "193.99.144.80", "8.8.8.8"
REFRESH = """
mutation ($input: RefreshPhoneLookupInput!) {
  refreshPhoneLookup(input: $input) {
    customer { id phoneLookup { provider } }
    userErrors { code field message }
  }
}
"""
KEPT = "phone_lookup", "audit_entry", "job", "identity_verification"


async def refresh(api: Api, who: Who, customer_id: str) -> dict[str, Any]:
    answer = await api.get(who, REFRESH, input={"customerId": customer_id})
    payload: dict[str, Any] = answer["refreshPhoneLookup"]
    return payload


async def lookup(api: Api, who: Who, customer_id: str) -> dict[str, Any]:
    """What was found out, but for the time."""
    found: dict[str, Any] = (await shown(api, who, customer_id))["phoneLookup"]
    del found["checkedAt"]
    return found


BUILT_IN: dict[str, Any] = {
    "carrier": None,
    "lineType": "UNKNOWN",
    "prepaid": None,
    "country": None,
    "riskScore": None,
    "riskLevel": "UNKNOWN",
    "riskFlags": [],
    "nameMatchScore": None,
    "nameMatchLevel": None,
    "provider": "libphonenumber",
}


@pytest.mark.parametrize(
    ("phone", "found"),
    [
        (
            "+4915123456789",
            {"carrier": "T-Mobile", "lineType": "MOBILE", "country": "DE", "riskScore": 0},
        ),
        ("+4930123456", {"lineType": "LANDLINE", "country": "DE", "riskScore": 10}),
        (
            "+815012345678",
            {
                "lineType": "VOIP",
                "country": "JP",
                "riskScore": 70,
                "riskLevel": "HIGH",
                "riskFlags": ["VOIP_NUMBER", "COUNTRY_MISMATCH"],
            },
        ),
        # Neither the line nor a flag is known; then a flag is.
        ("+80012345678", {}),
        (
            "+14155550100",
            {
                "country": "US",
                "riskScore": 25,
                "riskLevel": "MEDIUM",
                "riskFlags": ["COUNTRY_MISMATCH"],
            },
        ),
        (
            "+493012",
            {
                "country": "DE",
                "riskScore": 100,
                "riskLevel": "VERY_HIGH",
                "riskFlags": ["INVALID_NUMBER"],
            },
        ),
    ],
)
async def test_a_number_is_looked_up_at_signup_in_what_is_built_in(
    api: Api, engine: AsyncEngine, fleet: Fleet, phone: str, found: dict[str, Any]
) -> None:
    who, customer = await fleet.operator(), await fleet.customer(phone=phone)
    await signed_up(fleet, customer, ip_address=AMERICAN, **BERLIN)

    await look_up(engine)

    level = {"riskLevel": "LOW"} if found.get("riskScore") is not None else {}
    assert await lookup(api, who, customer) == BUILT_IN | level | found


SIGNALS = {
    "none": ({}, 0, "LOW", []),
    "invalid": ({"valid": False}, 100, "VERY_HIGH", ["INVALID_NUMBER"]),
    "voip": ({"line_type": LineType.VOIP}, 45, "MEDIUM", ["VOIP_NUMBER"]),
    "another country": ({"country": "US"}, 25, "MEDIUM", ["COUNTRY_MISMATCH"]),
    "no country": ({"country": None}, 0, "LOW", []),
    "ported": ({"recently_ported": True}, 25, "MEDIUM", ["RECENTLY_PORTED"]),
    "prepaid elsewhere": ({"prepaid": True, "country": "US"}, 25, "MEDIUM", ["COUNTRY_MISMATCH"]),
    "prepaid in a named country": ({"prepaid": True}, 20, "LOW", ["PREPAID_CARRIER"]),
    "landline": ({"line_type": LineType.LANDLINE}, 10, "LOW", []),
    "name NONE": ({"registered_name": "Igor Petrov"}, 30, "MEDIUM", ["NAME_MISMATCH"]),
    "name LOW": ({"registered_name": "Ann Loman"}, 20, "LOW", ["NAME_MISMATCH"]),
    "name PARTIAL": ({"registered_name": "Adam Lovell"}, 0, "LOW", []),
    "ported voip": (
        {"line_type": LineType.VOIP, "recently_ported": True},
        70,
        "HIGH",
        ["VOIP_NUMBER", "RECENTLY_PORTED"],
    ),
    "ported voip of somebody else": (
        {
            "line_type": LineType.VOIP,
            "recently_ported": True,
            "registered_name": "Igor Petrov",
            "prepaid": True,
        },
        100,
        "VERY_HIGH",
        ["VOIP_NUMBER", "RECENTLY_PORTED", "PREPAID_CARRIER", "NAME_MISMATCH"],
    ),
    "no line": ({"line_type": LineType.UNKNOWN}, None, "UNKNOWN", []),
    "no line, but ported": (
        {"line_type": LineType.UNKNOWN, "recently_ported": True},
        25,
        "MEDIUM",
        ["RECENTLY_PORTED"],
    ),
}


@pytest.mark.rule("PHN-2")
@pytest.mark.parametrize(("known", "score", "level", "flags"), SIGNALS.values(), ids=list(SIGNALS))
async def test_the_score_is_the_sum_of_the_signals_and_each_has_its_flag(
    api: Api,
    engine: AsyncEngine,
    make: Make,
    known: dict[str, Any],
    score: int | None,
    level: str,
    flags: list[str],
) -> None:
    fleet = await make.fleet(prepaid_risk_countries=["DE", "KE"])
    who, customer = await fleet.operator(), await fleet.customer()
    await signed_up(fleet, customer, ip_address=AMERICAN, **BERLIN)

    await look_up(engine, Provider(**known))

    found = await lookup(api, who, customer)
    assert (found["riskScore"], found["riskLevel"], found["riskFlags"]) == (score, level, flags)
    assert found["provider"] == "test"


@pytest.mark.rule("PHN-2")
async def test_a_number_is_shared_with_another_living_customer_of_the_fleet(
    api: Api, engine: AsyncEngine, fleet: Fleet, make: Make
) -> None:
    who, other = await fleet.operator(), await make.fleet()
    first = await fleet.customer(phone="+4915100000001")
    second = await fleet.customer(phone="+4915100000001")
    alone = await fleet.customer(phone="+4915100000002")
    await fleet.customer(phone="+4915100000002", deleted_at=JOINED)
    await other.customer(phone="+4915100000002")
    for customer in (first, second, alone):
        await signed_up(fleet, customer, **BERLIN)

    await look_up(engine)

    found = [await lookup(api, who, id) for id in (first, second, alone)]
    assert [(each["riskScore"], each["riskFlags"]) for each in found] == [
        (20, ["SHARED_NUMBER"]),
        (20, ["SHARED_NUMBER"]),
        (0, []),
    ]


@pytest.mark.rule("PHN-2")
@pytest.mark.parametrize(
    ("place", "flags"),
    [
        ({"ip_address": AMERICAN, **BERLIN}, []),
        ({"ip_address": AMERICAN}, ["COUNTRY_MISMATCH"]),
        ({"ip_address": AMERICAN, "latitude": 30.0, "longitude": -40.0}, ["COUNTRY_MISMATCH"]),
        ({"ip_address": GERMAN}, []),
        ({"ip_address": "10.0.0.1"}, []),
        ({}, []),
    ],
    ids=["a fix comes first", "abroad", "a fix at sea", "at home", "nowhere", "not known"],
)
async def test_a_number_is_held_against_the_country_of_the_signup(
    api: Api, engine: AsyncEngine, fleet: Fleet, place: dict[str, Any], flags: list[str]
) -> None:
    who, customer = await fleet.operator(), await fleet.customer(phone="+4915123456789")
    await signed_up(fleet, customer, **place)

    await look_up(engine)

    assert (await lookup(api, who, customer))["riskFlags"] == flags


@pytest.mark.rule("PHN-3")
@pytest.mark.parametrize(
    ("registered", "account", "score", "level"),
    [
        ("Lopez Jose", "José María López", 100, "EXACT"),
        ("ANN LEE", "Anne Lee", 85, "HIGH"),
        ("Robert Smith", "Bob Smith", 63, "PARTIAL"),
        ("Alice Smith", "Bob Smith", 50, "LOW"),
        ("Igor Petrov", "Ann Lee", 10, "NONE"),
        (None, "Ann Lee", None, None),
        (" ", "Ann Lee", None, None),
    ],
)
async def test_the_registered_name_is_held_against_the_accounts(
    api: Api,
    engine: AsyncEngine,
    fleet: Fleet,
    registered: str | None,
    account: str,
    score: int | None,
    level: str | None,
) -> None:
    who, customer = await fleet.operator(), await fleet.customer(name=account)
    await signed_up(fleet, customer)

    await look_up(engine, Provider(registered_name=registered))

    found = await lookup(api, who, customer)
    assert (found["nameMatchScore"], found["nameMatchLevel"]) == (score, level)


async def test_a_job_that_runs_again_changes_nothing_but_the_time(
    api: Api, engine: AsyncEngine, make: Make
) -> None:
    fleet = await make.fleet(identity_mode="RISK_BASED")
    who, customer = await fleet.operator(), await fleet.customer(phone="+493012")
    await signed_up(fleet, customer, **BERLIN)
    await look_up(engine)
    first, kept = await shown(api, who, customer), await fleet.kept(*KEPT)

    await signed_up(fleet, customer)
    await look_up(engine)

    again = await shown(api, who, customer)
    assert again["phoneLookup"].pop("checkedAt") > first["phoneLookup"].pop("checkedAt")
    assert again == first
    assert await fleet.kept(*KEPT) == kept


async def test_a_look_up_of_a_number_that_was_changed_meanwhile_is_not_kept(
    api: Api, engine: AsyncEngine, fleet: Fleet
) -> None:
    who, customer = await fleet.operator(), await fleet.customer(phone="+493012")

    class Slow(Provider):
        async def look_up(self, number: str) -> PhoneFindings:
            await fleet.change(customer, phone="+4915123456789")
            return await super().look_up(number)

    await signed_up(fleet, customer)
    await look_up(engine, Slow(valid=False))

    assert (await shown(api, who, customer))["phoneLookup"] is None
    assert await fleet.kept(*KEPT) == dict.fromkeys(KEPT, 0)


@pytest.mark.parametrize("changed", [{"phone": None}, {"deleted_at": JOINED}])
async def test_nothing_is_looked_up_without_a_number_or_after_deletion(
    api: Api, engine: AsyncEngine, fleet: Fleet, changed: dict[str, Any]
) -> None:
    who, customer = await fleet.operator(), await fleet.customer(**changed)
    await signed_up(fleet, customer)

    await look_up(engine)

    assert (await shown(api, who, customer))["phoneLookup"] is None
    assert await fleet.kept(*KEPT) == dict.fromkeys(KEPT, 0)


async def test_an_operator_has_a_number_looked_up_anew(
    api: Api, engine: AsyncEngine, fleet: Fleet, clock: Clock
) -> None:
    who, customer = await fleet.operator(Role.CUSTOMER_SUPPORT), await fleet.customer()
    await signed_up(fleet, customer)
    await look_up(engine)
    clock.at = datetime.now(UTC) + timedelta(seconds=1)

    answer = await refresh(api, who, customer)

    old = {"id": customer, "phoneLookup": {"provider": "libphonenumber"}}
    assert answer == {"customer": old, "userErrors": []}
    assert await fleet.kept("job", "audit_entry") == {"job": 1, "audit_entry": 1}
    clock.at = None
    await fleet.make.store.execute("UPDATE job SET due_at = now() WHERE subject_id = $1", customer)
    await look_up(engine, Provider())
    assert (await lookup(api, who, customer))["provider"] == "test"
    assert await fleet.kept("job", "audit_entry") == {"job": 0, "audit_entry": 1}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"phone": None}, "CONFLICT"),
        ({"deleted_at": JOINED}, "CUSTOMER_DELETED"),
        (None, "NOT_FOUND"),
    ],
)
async def test_a_refresh_without_a_number_or_a_customer_changes_nothing(
    api: Api, fleet: Fleet, make: Make, changed: dict[str, Any] | None, code: str
) -> None:
    who, other = await fleet.operator(), await make.fleet()
    customer = await (other.customer() if changed is None else fleet.customer(**changed))

    answer = await refresh(api, who, customer)

    assert answer["customer"] is None
    assert [(e["code"], e["field"]) for e in answer["userErrors"]] == [
        (code, ["input", "customerId"])
    ]
    assert await fleet.kept(*KEPT) == await other.kept(*KEPT) == dict.fromkeys(KEPT, 0)


async def test_a_customer_of_another_fleet_is_none_at_all(
    api: Api, fleet: Fleet, make: Make
) -> None:
    who, foreign = await fleet.operator(), await (await make.fleet()).customer()

    assert await refresh(api, who, foreign) == await refresh(api, who, new(Prefix.CUSTOMER))


async def test_only_who_may_refresh_does(api: Api, fleet: Fleet) -> None:
    customer = await fleet.customer()
    barred = [
        await fleet.operator(Role.ANALYST),
        await fleet.operator(Role.SERVICE_TECH),
        await fleet.operator(Role.VIEWER),
        await fleet.rider(customer),
        await fleet.partner(*Scope),
    ]

    answers = [await api.ask(who, REFRESH, input={"customerId": customer}) for who in barred]

    assert [codes(answer) for answer in answers] == [[(["refreshPhoneLookup"], "FORBIDDEN")]] * 5
    assert await fleet.kept(*KEPT) == dict.fromkeys(KEPT, 0)
