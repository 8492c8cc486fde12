"""How somebody becomes a customer: what is kept, and what is refused."""

from typing import Any

import pytest

from domain import referral as codes
from domain.access import Role, Scope
from tests.api import Api
from tests.make import JOINED, Fleet, Make
from tests.signing import (
    NOBODY,
    REGISTER,
    WRITTEN,
    nothing_written,
    place,
    refusals,
    register,
    signup,
    stranger,
)

REGION = "reg_00000000000000000000000000"


@pytest.mark.rule("CUS-1")
async def test_an_operator_signs_somebody_up_and_leaves_a_trail(api: Api, fleet: Fleet) -> None:
    clerk, region = await fleet.operator(Role.CUSTOMER_SUPPORT), await fleet.region()
    asked = signup(
        fleet, name="  Grace\u00a0Hopper ", email=" Grace@Navy.example ", phone="+14155550123",
        deviceOs="IOS", locale="de-DE", regionId=region, ipAddress="198.51.100.7",
        gps={"latitude": 37.7, "longitude": -122.4, "accuracyMeters": 12.5}, deviceId="phone-1",
    )  # fmt: skip

    payload = await register(api, clerk, **asked)

    customer_id = payload["customer"].pop("id")
    assert payload == {
        "customer": {
            "customerNumber": "1",
            "name": "Grace\u00a0Hopper",
            "email": "Grace@Navy.example",
            "phone": "+14155550123",
            "deviceOs": "IOS",
            "locale": "de-DE",
            "region": {"id": region},
            "status": "NEW",
        },
        "replayed": False,
        "userErrors": [],
    }
    assert await fleet.kept(*WRITTEN) == {
        "customer": 1, "account": 3, "customer_search": 1, "rider": 0, "signup_location": 1,
        "signup_device": 1, "identity_verification": 0, "referral": 0, "audit_entry": 1, "job": 1,
    }  # fmt: skip
    entry, job = await left(fleet)
    assert entry == {
        "actor": clerk.id,
        "action": "register_customer",
        "customer_id": customer_id,
        "note": None,
        "changes": '{"after": {"name": "Grace\u00a0Hopper", "email": "Grace@Navy.example",'
        ' "phone": "+14155550123", "locale": "de-DE", "device_os": "IOS", "region_id":'
        f' "{region}"}}, "before": {{}}}}',
    }
    assert job == {"kind": "assess_signup", "subject_id": customer_id}


async def left(fleet: Fleet) -> tuple[dict[str, Any], dict[str, Any]]:
    """The one line of the trail, and the one job."""
    store = fleet.make.store
    entry = await store.fetchrow(
        "SELECT actor, action, customer_id, note, changes::text FROM audit_entry"
        " WHERE subaccount_id = $1",
        fleet.id,
    )
    job = await store.fetchrow(
        "SELECT kind, subject_id FROM job WHERE subaccount_id = $1", fleet.id
    )
    return dict(entry or ()), dict(job or ())


async def test_the_least_that_is_asked_for_is_enough(api: Api, make: Make) -> None:
    fleet = await make.fleet(default_locale="fr-FR")
    partner = await fleet.partner(Scope.CUSTOMERS_WRITE, Scope.CUSTOMERS_READ)

    payload = await register(api, partner, **signup(fleet))

    customer_id = payload["customer"].pop("id")
    assert payload["customer"] == {
        "customerNumber": "1",
        "name": "Grace Hopper",
        "email": "grace@navy.example",
        "phone": None,
        "deviceOs": "UNKNOWN",
        "locale": "fr-FR",
        "region": None,
        "status": "NEW",
    }
    assert await fleet.kept("signup_location", "signup_device", "job") == {
        "signup_location": 0,
        "signup_device": 0,
        "job": 1,
    }
    code = await fleet.make.store.fetchval(
        "SELECT referral_code FROM customer WHERE id = $1", customer_id
    )
    assert len(code) == codes.CODE_LETTERS
    assert set(code) <= set(codes.CODE_ALPHABET)


async def test_a_partner_that_may_only_write_is_told_that_it_is_done(
    api: Api, fleet: Fleet
) -> None:
    partner = await fleet.partner(Scope.CUSTOMERS_WRITE)

    answer = await api.ask(partner, REGISTER, input=signup(fleet))

    assert answer["data"]["registerCustomer"] == NOBODY | {"userErrors": []}
    (error,) = answer["errors"]
    assert error["path"] == ["registerCustomer", "customer"]
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert await fleet.kept("customer") == {"customer": 1}


@pytest.mark.rule("WAL-0")
async def test_every_reason_is_named_at_once(api: Api, fleet: Fleet, make: Make) -> None:
    stranger_fleet = await make.fleet()
    await fleet.customer(email="grace@navy.example")
    elsewhere = await stranger_fleet.region()
    before = await fleet.kept(*WRITTEN)

    unreadable = await register(
        api, await fleet.operator(), **signup(fleet, name="", email="a", ipAddress="b")
    )
    in_the_way = await register(
        api,
        await make.operator(fleet, stranger_fleet),
        **signup(fleet, email="GRACE@navy.example", regionId=elsewhere, referralCode="NOBODY"),
    )

    assert refusals(unreadable) == [
        ("INVALID_INPUT", place("name")),
        ("INVALID_INPUT", place("email")),
        ("INVALID_INPUT", place("ipAddress")),
    ]
    assert refusals(in_the_way) == [
        ("NOT_FOUND", place("regionId")),
        ("ALREADY_EXISTS", place("email")),
        ("REFERRAL_INVALID", place("referralCode")),
    ]
    assert await fleet.kept(*WRITTEN) == before


async def test_an_unknown_region_is_not_found(api: Api, fleet: Fleet) -> None:
    payload = await register(api, await fleet.operator(), **signup(fleet, regionId=REGION))

    assert refusals(payload) == [("NOT_FOUND", place("regionId"))]
    assert await nothing_written(fleet)


@pytest.mark.rule("CUS-1")
async def test_an_email_is_one_customers_until_it_is_deleted(api: Api, fleet: Fleet) -> None:
    clerk = await fleet.operator()
    first = await register(api, clerk, **signup(fleet))

    taken = await register(api, clerk, **signup(fleet, "k2", email="GRACE@NAVY.EXAMPLE"))
    await fleet.change(first["customer"]["id"], deleted_at=JOINED)
    freed = await register(api, clerk, **signup(fleet, "k3", email="GRACE@NAVY.EXAMPLE"))

    assert refusals(taken) == [("ALREADY_EXISTS", place("email"))]
    assert freed["customer"]["customerNumber"] == "2"


@pytest.mark.rule("ROL-4")
async def test_a_fleet_out_of_reach_is_a_missing_one(api: Api, fleet: Fleet, make: Make) -> None:
    theirs = await make.fleet()
    missing = "sub_00000000000000000000000000"

    partner = await fleet.partner(Scope.CUSTOMERS_WRITE, Scope.CUSTOMERS_READ)
    for who in (await fleet.operator(), partner):
        answers = [
            (await api.answer(who, REGISTER, input=signup(theirs, subaccountId=id))).json()
            for id in (theirs.id, missing)
        ]
        assert answers[0] == answers[1]
        payload = answers[0]["data"]["registerCustomer"]
        assert refusals(payload) == [("NOT_FOUND", place("subaccountId"))]
    assert await nothing_written(theirs)


@pytest.mark.rule("LOC-1")
async def test_the_address_of_a_customer_is_the_one_that_is_given(api: Api, fleet: Fleet) -> None:
    asked = signup(fleet, ipAddress="::ffff:198.51.100.7")

    await register(api, await fleet.operator(), **asked)

    assert await located(fleet) == ("198.51.100.7", None, None, None, None, None)


@pytest.mark.rule("LOC-1")
async def test_a_riders_address_is_the_connections(api: Api, fleet: Fleet, make: Make) -> None:
    fix = {"latitude": 37.5, "longitude": -122.5, "accuracyMeters": 8}

    await register(api, stranger(make), **signup(fleet, ipAddress="198.51.100.7", gps=fix))

    assert await located(fleet) == ("127.0.0.1", 37.5, -122.5, 8.0, None, None)


async def located(fleet: Fleet) -> tuple[Any, ...]:
    row = await fleet.make.store.fetchrow(
        "SELECT ip_address, latitude, longitude, accuracy_meters, ip_country, gps_country"
        " FROM signup_location WHERE subaccount_id = $1",
        fleet.id,
    )
    return tuple(row or ())


async def test_a_fleet_that_asks_everybody_asks_from_signup_on(api: Api, make: Make) -> None:
    fleet = await make.fleet(identity_mode="ALL_USERS")

    payload = await register(api, await fleet.operator(), **signup(fleet))

    assert payload["customer"]["status"] == "IDENTITY_REQUIRED"
    row = await fleet.make.store.fetchrow(
        "SELECT identity_required, identity_status, required_reason FROM customer c"
        " JOIN identity_verification i ON i.customer_id = c.id WHERE c.subaccount_id = $1",
        fleet.id,
    )
    assert tuple(row or ()) == (True, "PENDING", "Required of every customer")


@pytest.mark.parametrize("mode", ["DISABLED", "RISK_BASED"])
async def test_other_fleets_ask_nobody_at_signup(api: Api, make: Make, mode: str) -> None:
    fleet = await make.fleet(identity_mode=mode)

    payload = await register(api, await fleet.operator(), **signup(fleet))

    assert payload["customer"]["status"] == "NEW"
    assert await fleet.kept("identity_verification") == {"identity_verification": 0}


async def test_a_code_tells_who_brought_the_customer(api: Api, fleet: Fleet) -> None:
    ada = await fleet.customer(referral_code="ADA7")

    payload = await register(api, await fleet.operator(), **signup(fleet, referralCode=" ada7 "))

    row = await fleet.make.store.fetchrow(
        "SELECT referee_id, referrer_id, status, rewarded_at FROM referral"
        " WHERE subaccount_id = $1",
        fleet.id,
    )
    assert tuple(row or ()) == (payload["customer"]["id"], ada, "PENDING", None)


async def test_a_code_of_nobody_here_is_refused(api: Api, fleet: Fleet, make: Make) -> None:
    elsewhere = await make.fleet()
    await elsewhere.customer(referral_code="FAR")
    await fleet.customer(referral_code="GONE", deleted_at=JOINED)
    clerk = await make.operator(fleet, elsewhere)

    for code in ("FAR", "GONE", "", "\0", "x" * 10_000):
        payload = await register(api, clerk, **signup(fleet, referralCode=code))
        assert refusals(payload) == [("REFERRAL_INVALID", place("referralCode"))]
    assert await fleet.kept("referral", "audit_entry") == {"referral": 0, "audit_entry": 0}


async def test_a_code_that_is_taken_is_drawn_again(
    api: Api, fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fleet.customer(referral_code="A" * 8)
    drawn = iter("A" * 8 + "B" * 8)
    monkeypatch.setattr(codes, "choice", lambda _: next(drawn))

    payload = await register(api, await fleet.operator(), **signup(fleet))

    code = await fleet.make.store.fetchval(
        "SELECT referral_code FROM customer WHERE id = $1", payload["customer"]["id"]
    )
    assert code == "B" * 8


@pytest.mark.rule("WAL-8")
async def test_a_repeated_key_signs_up_once(api: Api, fleet: Fleet) -> None:
    clerk = await fleet.operator()
    first = await register(api, clerk, **signup(fleet))

    again = await register(api, clerk, **signup(fleet))
    other = await register(api, clerk, **signup(fleet, name="Grace"))

    assert again == first | {"replayed": True}
    assert refusals(other) == [("IDEMPOTENCY_KEY_REUSED", place("idempotencyKey"))]
    assert await fleet.kept("customer", "audit_entry") == {"customer": 1, "audit_entry": 1}
