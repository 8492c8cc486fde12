"""The rules that rides follow, and who may change them."""

import asyncio
from typing import Any
from uuid import uuid4

import orjson
import pytest

from db.embedded import Addresses
from db.load import load
from domain.access import Role, Scope
from domain.ids import Prefix
from server.fixed_ids import fixed_id
from server.load import read
from tests.api import Api, codes
from tests.loyal import NOON
from tests.make import Fleet, Make, Who, usd
from tests.policy import (
    AT_FIRST,
    SETTABLE,
    TOP_UP,
    UPDATE,
    WANTED,
    refusals,
    shown,
    untouched,
    update,
)

CREDIT = """mutation ($input: AddWalletCreditInput!) { addWalletCredit(input: $input) {
  userErrors { code } } }"""


@pytest.mark.rule("AUD-1")
async def test_every_setting_changes_and_the_trail_tells_from_what_to_what(
    api: Api, fleet: Fleet, make: Make
) -> None:
    other = await make.fleet()
    admin = await make.operator(fleet, other)

    payload = await update(api, admin, fleet, **WANTED)

    after = {name: WANTED[name] for name in SETTABLE} | {
        "minimumWalletBalance": usd("0.00"),
        "perMinuteRate": usd("0.30"),
        "autoTopUp": {"triggerBelow": usd("0.00"), "amount": usd("20.00")},
    }
    assert payload == {"subaccount": {"id": fleet.id, "policy": after}, "userErrors": []}
    assert await untouched(api, admin, other)
    (entry,) = await fleet.make.store.fetch(
        "SELECT actor, action, customer_id, note, changes::text FROM audit_entry"
        " WHERE subaccount_id = $1",
        fleet.id,
    )
    changes = orjson.loads(entry["changes"])
    assert dict(entry) == {
        "actor": admin.id,
        "action": "update_ride_policy",
        "customer_id": None,
        "note": None,
        "changes": entry["changes"],
    }
    assert changes["before"] == {
        "payment_mode": "WALLET",
        "minimum_wallet_balance": "0.50 USD",
        "unlock_fee": "1.00 USD",
        "per_minute_rate": "0.25 USD",
        "vehicle_online_window_minutes": 60,
        "operation_limit": "10000.00 USD",
        "minimum_age": 18,
        "prepaid_risk_countries": [],
        "identity_mode": "DISABLED",
        "identity_risk_threshold": 15,
        "auto_top_up_trigger_below": None,
        "auto_top_up_amount": None,
    }
    assert changes["after"] == {
        "payment_mode": "POST_PAID",
        "minimum_wallet_balance": "0.00 USD",
        "unlock_fee": "0.00 USD",
        "per_minute_rate": "0.30 USD",
        "vehicle_online_window_minutes": 90,
        "operation_limit": "0.01 USD",
        "minimum_age": 0,
        "prepaid_risk_countries": ["US", "AX"],
        "identity_mode": "RISK_BASED",
        "identity_risk_threshold": 100,
        "auto_top_up_trigger_below": "0.00 USD",
        "auto_top_up_amount": "20.00 USD",
    }


@pytest.mark.rule("GEN-1")
@pytest.mark.parametrize("name", SETTABLE)
async def test_what_is_absent_stays_and_no_required_setting_can_be_cleared(
    api: Api, fleet: Fleet, name: str
) -> None:
    admin = await fleet.operator()

    cleared = await update(api, admin, fleet, **{name: None})
    refused = await untouched(api, admin, fleet)
    changed = await update(api, admin, fleet, **{name: WANTED[name]})

    assert refusals(cleared) == [("INVALID_INPUT", name)]
    assert refused
    policy = changed["subaccount"]["policy"]
    assert {each for each in AT_FIRST if policy[each] != AT_FIRST[each]} == {name}


@pytest.mark.rule("GEN-1")
async def test_null_clears_automatic_top_up(api: Api, fleet: Fleet) -> None:
    admin = await fleet.operator()
    await update(api, admin, fleet, **{name: WANTED[name] for name in TOP_UP})

    raised = await update(api, admin, fleet, autoTopUpAmount=usd("25"))
    cleared = await update(api, admin, fleet, **dict.fromkeys(TOP_UP))

    assert raised["subaccount"]["policy"]["autoTopUp"] == {
        "triggerBelow": usd("0.00"),
        "amount": usd("25.00"),
    }
    assert cleared["subaccount"]["policy"] == AT_FIRST


@pytest.mark.rule("AUD-1")
async def test_what_is_as_it_was_leaves_no_entry(api: Api, fleet: Fleet) -> None:
    admin = await fleet.operator()
    same = {name: AT_FIRST[name] for name in SETTABLE} | {"perMinuteRate": usd("0.25")}

    payloads = [
        await update(api, admin, fleet),
        await update(api, admin, fleet, **same),
        await update(api, admin, fleet, **dict.fromkeys(TOP_UP)),
    ]

    assert [payload["userErrors"] for payload in payloads] == [[], [], []]
    assert await untouched(api, admin, fleet)


async def test_a_change_takes_effect_at_once(api: Api, fleet: Fleet) -> None:
    customer, admin = await fleet.customer(), await fleet.operator()

    async def credited(key: str) -> list[str]:
        input = {"customerId": customer, "amount": usd("20"), "idempotencyKey": key}
        payload = (await api.get(admin, CREDIT, input=input))["addWalletCredit"]
        return [error["code"] for error in payload["userErrors"]]

    before = await credited("k1")
    await update(api, admin, fleet, operationLimit=usd("19.99"))
    lowered = await credited("k2")
    await update(api, admin, fleet, operationLimit=usd("20"))
    raised = await credited("k2")

    assert (before, lowered, raised) == ([], ["AMOUNT_LIMIT_EXCEEDED"], [])


async def test_another_identity_mode_asks_nobody_who_is_there_already(
    api: Api, fleet: Fleet
) -> None:
    await fleet.customer()
    await fleet.customer(identity_required=True, identity_status="PENDING")
    admin, question = await fleet.operator(), "SELECT * FROM customer WHERE subaccount_id = $1"
    before = await fleet.make.store.fetch(question, fleet.id)

    for mode in ("ALL_USERS", "RISK_BASED", "DISABLED"):
        payload = await update(api, admin, fleet, identityMode=mode, identityRiskThreshold=0)
        assert payload["subaccount"]["policy"]["identityMode"] == mode

    assert await fleet.make.store.fetch(question, fleet.id) == before


async def until_answered(api: Api, who: Who, fleet: Fleet, **wanted: Any) -> None:
    """Ask again where too many wait for the same fleet: nothing was done then."""
    for _ in range(200):
        answer = await api.ask(who, UPDATE, input={"subaccountId": fleet.id} | wanted)
        if not codes(answer):
            assert answer["data"]["updateRidePolicy"]["userErrors"] == []
            return
        assert codes(answer) == [(["updateRidePolicy"], "OVERLOADED")]
    raise AssertionError


@pytest.mark.rule("AUD-1")
async def test_changes_of_different_settings_at_once_are_all_kept(api: Api, fleet: Fleet) -> None:
    admin = await fleet.operator()

    await asyncio.gather(
        *(until_answered(api, admin, fleet, **{name: WANTED[name]}) for name in SETTABLE)
    )

    policy = await shown(api, admin, fleet)
    assert {name for name in AT_FIRST if policy[name] != AT_FIRST[name]} == set(SETTABLE)
    entries = await fleet.make.store.fetch(
        "SELECT changes::text FROM audit_entry WHERE subaccount_id = $1", fleet.id
    )
    changed = [[*orjson.loads(entry["changes"])["after"]] for entry in entries]
    assert sorted(map(len, changed)) == [1] * len(SETTABLE)
    assert len({*map(tuple, changed)}) == len(SETTABLE)


@pytest.mark.rule("ROL-4")
async def test_another_fleets_policy_is_answered_as_a_missing_one(
    api: Api, fleet: Fleet, make: Make
) -> None:
    stranger, admin = await make.fleet(), await fleet.operator()
    nowhere = "sub_00000000000000000000000000"

    def asked(id: str) -> dict[str, Any]:
        return {"input": {"subaccountId": id, "minimumAge": 21}}

    foreign, unknown = [
        (await api.answer(admin, UPDATE, **asked(id))).content for id in (stranger.id, nowhere)
    ]
    malformed = await api.ask(admin, UPDATE, **asked("Bay"))

    assert foreign == unknown
    payload = orjson.loads(foreign)["data"]["updateRidePolicy"]
    assert refusals(payload) == [("NOT_FOUND", "subaccountId")]
    assert codes(malformed) == [(["updateRidePolicy"], "BAD_USER_INPUT")]
    assert await untouched(api, await stranger.operator(), stranger)


@pytest.mark.rule("ROL-2", "ROL-5")
async def test_nobody_but_admins_changes_a_policy(api: Api, fleet: Fleet) -> None:
    admitted = (Role.SUPER_ADMIN, Role.GLOBAL_ADMIN, Role.ADMIN)
    barred = [await fleet.operator(role) for role in Role if role not in admitted]
    barred += [await fleet.rider(await fleet.customer()), await fleet.partner(*Scope)]
    input = {"subaccountId": fleet.id, "minimumAge": 21}

    answers = [await api.ask(who, UPDATE, input=input) for who in barred]

    forbidden = [(["updateRidePolicy"], "FORBIDDEN")]
    assert [codes(answer) for answer in answers] == [forbidden] * len(barred)
    assert await untouched(api, await fleet.operator(), fleet)


@pytest.mark.rule("ROL-7")
async def test_the_server_may_write_the_policy_of_a_fleet_and_nothing_else_of_it(
    fleet: Fleet,
) -> None:
    found = await fleet.make.store.fetch(
        "SELECT column_name FROM information_schema.column_privileges WHERE grantee ="
        " 'kickstand_app' AND table_name = 'subaccount' AND privilege_type = 'UPDATE'"
    )

    own = {"id", "name", "currency", "timezone", "default_locale", "share_url"}
    assert own.isdisjoint(row["column_name"] for row in found)
    assert len(found) == len(WANTED)


FILE = """
fleets:
  - {{key: {key}, name: New, currency: {currency}, timezone: America/New_York, locale: en-US,
     share_url: "https://bay.example/r/", policy: {{unlock_fee: 1, per_minute_rate: 1}}}}
"""


@pytest.mark.rule("GEN-4")
@pytest.mark.parametrize(
    ("currency", "minimum", "limit"),
    [
        *(("USD", "0.50", "10000.00"), ("EUR", "0.50", "10000.00"), ("GBP", "0.50", "10000.00")),
        *(("JPY", "50", "1000000"), ("KWD", "0.150", "3000.000")),
    ],
)
async def test_a_new_fleet_shows_the_defaults_of_its_currency(
    api: Api, make: Make, database: Addresses, currency: str, minimum: str, limit: str
) -> None:
    key = f"fleet-{uuid4().hex[:8]}"
    await load(database.owner, read(FILE.format(key=key, currency=currency), NOON))
    fleet = Fleet(make, fixed_id(Prefix.SUBACCOUNT, key))

    policy = await shown(api, await fleet.operator(), fleet)

    assert policy["minimumWalletBalance"] == {"amount": minimum, "currency": currency}
    assert policy["operationLimit"] == {"amount": limit, "currency": currency}
