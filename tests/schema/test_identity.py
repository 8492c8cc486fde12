"""Operators decide whether a customer has to prove who they are (IDV-1, IDV-3)."""

import asyncio
from typing import Any

import orjson
import pytest

from domain.access import Role, Scope
from tests.api import Api, codes
from tests.conftest import Clock
from tests.loyal import NOON
from tests.make import JOINED, Fleet, Make, Who

REQUIRE, CLEAR, VERIFY = (
    "requireIdentityVerification",
    "clearIdentityRequirement",
    "verifyIdentityManually",
)
GIVEN: dict[str, dict[str, Any]] = {
    REQUIRE: {"reason": "Chargeback"},
    CLEAR: {"note": "Known to us"},
    VERIFY: {"notes": "Passport seen at the desk", "idType": "PASSPORT"},
}
CUSTOMER = """
status badges
identity { status required requiredReason failureReason verifiedAt nameMismatch verifiedName
           dateOfBirth address idType method notes riskScore }
"""
UNKNOWN = dict.fromkeys(
    (
        *("requiredReason", "failureReason", "verifiedAt", "nameMismatch", "verifiedName"),
        *("dateOfBirth", "address", "idType", "method", "notes"),
    )
)
FREE = {"status": "NOT_REQUIRED", "required": False, **UNKNOWN, "riskScore": 7}
PENDING = FREE | {"status": "PENDING", "required": True, "requiredReason": "Chargeback"}
BY_STRIPE: dict[str, Any] = {
    "verified_at": JOINED,
    "name_mismatch": False,
    "verified_name": "Ada King",
    "date_of_birth": JOINED.date(),
    "address": "1 Main St",
    "id_type": "ID_CARD",
    "method": "STRIPE_IDENTITY",
}
STATES: dict[str, tuple[bool, str, dict[str, Any]]] = {
    "free": (False, "NOT_REQUIRED", {}),
    "pending": (True, "PENDING", {"required_reason": "Risk at signup"}),
    "failed": (True, "FAILED", {"required_reason": "Risk", "failure_reason": "Unreadable"}),
    "verified": (True, "VERIFIED", {"required_reason": "Risk", **BY_STRIPE}),
    "verified unasked": (False, "VERIFIED", BY_STRIPE),
}


async def somebody(fleet: Fleet, state: str = "free") -> str:
    """A customer with a ride, and with what is known of the identity."""
    required, status, found = STATES[state]
    customer = await fleet.customer(
        identity_required=required, identity_status=status, completed_rides=1
    )
    await fleet.row("identity_verification", customer_id=customer, risk_score=7, **found)
    return customer


def document(name: str) -> str:
    kind = f"{name[0].upper()}{name[1:]}Input"
    return f"""mutation ($input: {kind}!) {{ {name}(input: $input) {{
      customer {{ {CUSTOMER} }} userErrors {{ code field }} }} }}"""


async def perform(api: Api, who: Who, name: str, customer: str, **changed: Any) -> dict[str, Any]:
    input = GIVEN[name] | {"customerId": customer} | changed
    payload: dict[str, Any] = (await api.get(who, document(name), input=input))[name]
    return payload


async def trail(fleet: Fleet) -> list[dict[str, Any]]:
    """What the fleet's trail holds, in the order in which it was done."""
    rows = await fleet.make.store.fetch(
        "SELECT actor, action, customer_id, note, changes::text FROM audit_entry"
        " WHERE subaccount_id = $1 ORDER BY xmin::text::bigint",
        fleet.id,
    )
    return [dict(row) | {"changes": orjson.loads(row["changes"])} for row in rows]


async def missing(api: Api, fleet: Fleet, who: Who) -> int:
    """How many the tab of those counts who have to prove who they are."""
    tabs = "query ($id: ID!) { subaccount(id: $id) { customerTabs { tab count } } }"
    found = (await api.get(who, tabs, id=fleet.id))["subaccount"]["customerTabs"]
    return next(int(tab["count"]) for tab in found if tab["tab"] == "IDENTITY_REQUIRED")


async def test_a_customer_of_whom_it_is_required_waits_for_it(api: Api, fleet: Fleet) -> None:
    customer, admin = await somebody(fleet), await fleet.operator()

    payload = await perform(api, admin, REQUIRE, customer)

    assert payload == {
        "customer": {
            "status": "IDENTITY_REQUIRED",
            "badges": ["ACTIVE", "IDENTITY_REQUIRED"],
            "identity": PENDING,
        },
        "userErrors": [],
    }
    assert await trail(fleet) == [
        {
            "actor": admin.id,
            "action": "require_identity_verification",
            "customer_id": customer,
            "note": "Chargeback",
            "changes": {
                "before": {"status": "NOT_REQUIRED", "required": False, "required_reason": None},
                "after": {"status": "PENDING", "required": True, "required_reason": "Chargeback"},
            },
        }
    ]
    assert await missing(api, fleet, admin) == 1


@pytest.mark.parametrize("state", ["failed", "verified", "verified unasked"])
async def test_whoever_was_checked_before_is_pending_again(
    api: Api, fleet: Fleet, state: str
) -> None:
    customer, admin = await somebody(fleet, state), await fleet.operator()

    payload = await perform(api, admin, REQUIRE, customer)

    assert payload["customer"] == {
        "status": "IDENTITY_REQUIRED",
        "badges": ["ACTIVE", "IDENTITY_REQUIRED"],
        "identity": PENDING,
    }
    (entry,) = await trail(fleet)
    found = {name: value for name, value in STATES[state][2].items() if name != "required_reason"}
    told = {name: entry["changes"]["before"][name] for name in found}
    assert told == {name: v if isinstance(v, bool) else str(v) for name, v in found.items()}
    assert {entry["changes"]["after"][name] for name in found} == {None}


async def test_requiring_what_is_pending_changes_nothing_but_another_reason(
    api: Api, fleet: Fleet
) -> None:
    customer, admin = await somebody(fleet), await fleet.operator()
    first = await perform(api, admin, REQUIRE, customer)

    same = await perform(api, admin, REQUIRE, customer)
    other = await perform(api, admin, REQUIRE, customer, reason="Two accounts")

    assert same == first
    assert other["customer"]["identity"] == PENDING | {"requiredReason": "Two accounts"}
    _, entry = await trail(fleet)
    assert entry["changes"] == {
        "before": {"required_reason": "Chargeback"},
        "after": {"required_reason": "Two accounts"},
    }


@pytest.mark.rule("IDV-3")
@pytest.mark.parametrize("state", ["pending", "failed", "verified"])
async def test_a_cleared_requirement_lets_them_ride_until_a_new_trigger(
    api: Api, fleet: Fleet, state: str
) -> None:
    customer, admin = await somebody(fleet, state), await fleet.operator()

    cleared = await perform(api, admin, CLEAR, customer)
    left = await missing(api, fleet, admin)
    again = await perform(api, admin, REQUIRE, customer)

    assert cleared["customer"] == {"status": "ACTIVE", "badges": ["ACTIVE"], "identity": FREE}
    assert left == 0
    assert again["customer"]["status"] == "IDENTITY_REQUIRED"
    entry, _ = await trail(fleet)
    assert (entry["action"], entry["note"]) == ("clear_identity_requirement", "Known to us")
    told = entry["changes"]["before"]
    assert (told["status"], told["required"]) == STATES[state][1::-1]


@pytest.mark.rule("AUD-1")
@pytest.mark.parametrize(
    ("state", "badges"), [("free", ["ACTIVE"]), ("verified unasked", ["ACTIVE", "VERIFIED"])]
)
async def test_where_nothing_is_required_clearing_changes_nothing(
    api: Api, fleet: Fleet, state: str, badges: list[str]
) -> None:
    customer, admin = await somebody(fleet, state), await fleet.operator()

    payload = await perform(api, admin, CLEAR, customer)

    assert payload["userErrors"] == []
    assert payload["customer"]["badges"] == badges
    assert payload["customer"]["identity"]["status"] == STATES[state][1]
    assert await trail(fleet) == []


@pytest.mark.rule("IDV-3")
@pytest.mark.parametrize("state", STATES)
async def test_an_operator_makes_sure_who_somebody_is(
    api: Api, fleet: Fleet, clock: Clock, state: str
) -> None:
    clock.at = NOON
    customer, admin = await somebody(fleet, state), await fleet.operator()
    required, _, found = STATES[state]

    payload = await perform(api, admin, VERIFY, customer)

    assert payload["customer"] == {
        "status": "ACTIVE",
        "badges": ["ACTIVE", "VERIFIED"],
        "identity": FREE
        | {
            "status": "VERIFIED",
            "required": required,
            "requiredReason": found.get("required_reason"),
            "verifiedAt": NOON.isoformat().replace("+00:00", "Z"),
            "idType": "PASSPORT",
            "method": "MANUAL",
            "notes": "Passport seen at the desk",
        },
    }
    (entry,) = await trail(fleet)
    assert entry["action"] == "verify_identity_manually"
    assert entry["note"] == "Passport seen at the desk"
    assert entry["changes"]["after"]["method"] == "MANUAL"


@pytest.mark.rule("AUD-1")
async def test_verifying_in_the_same_words_twice_is_once(api: Api, fleet: Fleet) -> None:
    customer, admin = await somebody(fleet), await fleet.operator()
    first = await perform(api, admin, VERIFY, customer)

    again = await perform(api, admin, VERIFY, customer)
    other = await perform(api, admin, VERIFY, customer, notes="And a licence", idType=None)

    assert again == first
    assert other["customer"]["identity"]["idType"] is None
    assert len(await trail(fleet)) == 2


@pytest.mark.parametrize(
    ("name", "field"), [(REQUIRE, "reason"), (VERIFY, "notes"), (CLEAR, "note")]
)
@pytest.mark.parametrize(
    ("words", "code"),
    [
        *(("", "REASON_REQUIRED"), (" \t\n\u00a0", "REASON_REQUIRED")),
        *(("a\0b", "INVALID_INPUT"), ("x" * 501, "INVALID_INPUT")),
        *(("x" * 100_000, "INVALID_INPUT"), ("é" * 500, None), ("你好 שלום 🛴", None)),
    ],
    ids=range(7),
)
async def test_words_that_say_nothing_or_cannot_be_kept_are_refused(
    api: Api, fleet: Fleet, name: str, field: str, words: str, code: str | None
) -> None:
    customer, admin = await somebody(fleet, "pending"), await fleet.operator()

    payload = await perform(api, admin, name, customer, **{field: words})

    optional = name == CLEAR and code == "REASON_REQUIRED"
    errors = [] if optional or code is None else [{"code": code, "field": ["input", field]}]
    assert payload["userErrors"] == errors
    assert (payload["customer"] is None) is bool(errors)
    assert await fleet.kept("audit_entry") == {"audit_entry": 0 if errors else 1}


@pytest.mark.rule("ROL-4")
@pytest.mark.parametrize("name", [REQUIRE, CLEAR, VERIFY])
async def test_another_fleets_customer_is_nobody_and_a_deleted_one_stays_as_it_is(
    api: Api, fleet: Fleet, make: Make, name: str
) -> None:
    stranger, admin = await make.fleet(), await fleet.operator()
    theirs = await somebody(stranger, "pending")
    gone = await somebody(fleet, "pending")
    await fleet.change(gone, deleted_at=JOINED)
    nobody = "cust_00000000000000000000000000"

    def asked(id: str) -> dict[str, Any]:
        return {"input": GIVEN[name] | {"customerId": id}}

    foreign, unknown = [
        (await api.answer(admin, document(name), **asked(id))).content for id in (theirs, nobody)
    ]
    deleted = await perform(api, admin, name, gone)
    malformed = await api.ask(admin, document(name), **asked("cust_1"))

    assert foreign == unknown
    assert orjson.loads(foreign)["data"][name] == {
        "customer": None,
        "userErrors": [{"code": "NOT_FOUND", "field": ["input", "customerId"]}],
    }
    assert deleted["userErrors"] == [{"code": "CUSTOMER_DELETED", "field": ["input", "customerId"]}]
    assert codes(malformed) == [([name], "BAD_USER_INPUT")]
    for there, customer in ((stranger, theirs), (fleet, gone)):
        assert await there.kept("audit_entry") == {"audit_entry": 0}
        assert (
            await there.make.store.fetchval(
                "SELECT identity_status FROM customer WHERE id = $1", customer
            )
            == "PENDING"
        )


ADMITTED = (Role.SUPER_ADMIN, Role.GLOBAL_ADMIN, Role.ADMIN)


@pytest.mark.rule("ROL-2", "ROL-5")
@pytest.mark.parametrize("name", [REQUIRE, CLEAR, VERIFY])
async def test_nobody_but_admins_decides_on_identities(api: Api, fleet: Fleet, name: str) -> None:
    customer = await somebody(fleet, "pending")
    barred = [await fleet.operator(role) for role in Role if role not in ADMITTED]
    barred += [await fleet.rider(customer), await fleet.partner(*Scope)]
    input = GIVEN[name] | {"customerId": customer}

    answers = [await api.ask(who, document(name), input=input) for who in barred]

    assert [codes(answer) for answer in answers] == [[([name], "FORBIDDEN")]] * len(barred)
    assert await fleet.kept("audit_entry") == {"audit_entry": 0}
    payload = await perform(api, await fleet.operator(Role.ADMIN), name, customer)
    assert payload["userErrors"] == []


async def until_answered(api: Api, who: Who, name: str, **input: Any) -> None:
    """Ask again where too many wait for the same customer: nothing was done then."""
    for _ in range(200):
        answer = await api.ask(who, document(name), input=input)
        if not codes(answer):
            assert answer["data"][name]["userErrors"] == []
            return
        assert codes(answer) == [([name], "OVERLOADED")]
    raise AssertionError


@pytest.mark.rule("AUD-1")
async def test_decisions_at_once_come_one_after_the_other_with_an_entry_for_each_change(
    api: Api, fleet: Fleet
) -> None:
    customer, admin = await somebody(fleet), await fleet.operator()
    turns = [(name, str(turn)) for turn in range(5) for name in (REQUIRE, CLEAR, VERIFY)]
    words = {REQUIRE: "reason", CLEAR: "note", VERIFY: "notes"}

    await asyncio.gather(
        *(
            until_answered(api, admin, name, customerId=customer, **{words[name]: word})
            for name, word in turns
        )
    )

    state: dict[str, Any] = {"status": "NOT_REQUIRED", "required": False}
    entries = await trail(fleet)
    for entry in entries:
        before, after = entry["changes"]["before"], entry["changes"]["after"]
        assert before == {name: state.get(name) for name in before}
        assert after.items() != before.items()
        state |= after
    assert 10 <= len(entries) <= 15  # a clearing may have found nothing to clear
    kept = await fleet.make.store.fetchrow(
        "SELECT c.identity_status AS status, c.identity_required AS required, i.method, i.notes,"
        " i.required_reason FROM customer c JOIN identity_verification i ON i.customer_id = c.id"
        " WHERE c.id = $1",
        customer,
    )
    assert dict(kept or ()) == {name: state.get(name) for name in dict(kept or ())}
    waits = state["required"] and state["status"] == "PENDING"
    assert await missing(api, fleet, admin) == int(waits)
