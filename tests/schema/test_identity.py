"""Operators decide whether a customer has to prove who they are (IDV-1, IDV-3)."""

import asyncio
from typing import Any

import pytest

from tests.api import Api, codes
from tests.conftest import Clock
from tests.identity import (
    CLEAR,
    FREE,
    PENDING,
    REQUIRE,
    STATES,
    VERIFY,
    document,
    perform,
    somebody,
    trail,
)
from tests.loyal import NOON
from tests.make import Fleet, Who


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


async def until_answered(api: Api, who: Who, name: str, **input: Any) -> None:
    """Ask again where too many wait for the same customer: nothing was done then."""
    for _ in range(200):
        answer = await api.ask(who, document(name), input=input)
        if not codes(answer):
            assert answer["data"][name]["userErrors"] == []
            return
        assert codes(answer) == [([name], "OVERLOADED")]
    raise AssertionError


def chained(state: dict[str, Any], changes: list[Any]) -> dict[str, Any] | None:
    """The state after all changes, in an order in which each begins where the one before ended."""
    if not changes:
        return state
    for place, change in enumerate(changes):
        before, after = change["before"], change["after"]
        if before != after and before == {name: state.get(name) for name in before}:
            end = chained(state | after, changes[:place] + changes[place + 1 :])
            if end is not None:
                return end
    return None


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

    changes = [entry["changes"] for entry in await trail(fleet)]
    state = chained({"status": "NOT_REQUIRED", "required": False}, changes)
    assert state is not None
    assert 10 <= len(changes) <= 15  # a clearing may have found nothing to clear
    kept = await fleet.make.store.fetchrow(
        "SELECT c.identity_status AS status, c.identity_required AS required, i.method, i.notes,"
        " i.required_reason FROM customer c JOIN identity_verification i ON i.customer_id = c.id"
        " WHERE c.id = $1",
        customer,
    )
    assert dict(kept or ()) == {name: state.get(name) for name in dict(kept or ())}
    waits = state["required"] and state["status"] == "PENDING"
    assert await missing(api, fleet, admin) == int(waits)
