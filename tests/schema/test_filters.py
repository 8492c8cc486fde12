"""Filtering customers: each filter, and all of them together, against what the crowd is made of."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.access import Role, Scope
from domain.ids import Prefix
from tests.api import Api, codes
from tests.crowd import ACTIVE, Crowd, Person
from tests.listed import LIST, PAGE, backward, forward, listed, ordered, page
from tests.make import JOINED, Fleet, Make, Who, new

LATE = JOINED + timedelta(days=3)
LATER = JOINED + timedelta(days=40)


def iso(at: datetime) -> str:
    return at.isoformat()


async def agrees(api: Api, crowd: Crowd, only: Mapping[str, Any], kept: list[Person]) -> None:
    """The list holds those, newest first, and counts them."""
    found = await forward(api, crowd.clerk, crowd.fleet, 100, filter=only)
    assert found == ordered(kept, "JOINED", "DESC")


Test = Callable[[Person], bool]
FILTERS: list[tuple[dict[str, Any], Test]] = [
    ({"deviceOs": ["IOS"]}, lambda one: one.device == "IOS"),
    ({"deviceOs": ["ANDROID", "UNKNOWN"]}, lambda one: one.device != "IOS"),
    ({"joinedFrom": iso(LATE)}, lambda one: one.joined >= LATE),
    ({"joinedTo": iso(LATE)}, lambda one: one.joined < LATE),
    ({"joinedFrom": iso(LATE), "joinedTo": iso(LATE)}, lambda _: False),
    ({"joinedFrom": iso(LATER), "joinedTo": iso(JOINED)}, lambda _: False),
    ({"joinedTo": "2026-01-18T14:00:00+02:00"}, lambda one: one.joined < LATE),
    ({"lastActiveFrom": iso(LATER)}, lambda one: one.active == LATER),
    ({"lastActiveFrom": iso(ACTIVE)}, lambda one: one.active is not None),
    ({"lastActiveTo": iso(LATER)}, lambda one: one.active == ACTIVE),
    ({"lastActiveTo": "9999-12-31T00:00:00Z"}, lambda one: one.active is not None),
    ({"lastActiveFrom": "0001-01-01T00:00:00Z"}, lambda one: one.active is not None),
    ({"lastActiveFrom": iso(LATER), "lastActiveTo": iso(ACTIVE)}, lambda _: False),
    ({"phoneRiskLevels": ["HIGH", "VERY_HIGH"]}, lambda one: one.risk in {"HIGH", "VERY_HIGH"}),
    ({"phoneRiskLevels": ["MEDIUM"]}, lambda _: False),
    ({"hasPaymentMethod": True}, lambda one: one.card),
    ({"hasPaymentMethod": False}, lambda one: not one.card),
    ({"hasActiveRide": True}, lambda one: one.riding),
    ({"hasActiveRide": False}, lambda one: not one.riding),
    *(({name: []}, lambda _: False) for name in ("regionIds", "deviceOs", "phoneRiskLevels")),
    ({"tierIds": []}, lambda _: False),
    ({"tierIds": None, "hasActiveRide": None}, lambda _: True),
]


@pytest.mark.rule("LST-4")
@pytest.mark.parametrize(("only", "keeps"), FILTERS)
async def test_each_filter_keeps_those_who_answer_to_it(
    shared_api: Api, crowd: Crowd, only: dict[str, Any], keeps: Test
) -> None:
    await agrees(
        shared_api, crowd, only, [one for one in crowd.people if keeps(one) and not one.deleted]
    )


@pytest.mark.rule("LST-4")
async def test_regions_and_tiers_keep_those_who_belong_to_one(
    shared_api: Api, crowd: Crowd
) -> None:
    alive = [one for one in crowd.people if not one.deleted]

    for some in ([0], [1], [0, 1]):
        regions, tiers = [crowd.regions[n] for n in some], [crowd.tiers[n] for n in some]
        in_regions = [one for one in alive if one.region in regions]
        in_tiers = [one for one in alive if one.tier in tiers]
        await agrees(shared_api, crowd, {"regionIds": regions}, in_regions)
        await agrees(shared_api, crowd, {"tierIds": tiers * 50}, in_tiers)


@pytest.mark.rule("LST-4")
async def test_filters_combine_with_each_other_and_search_tab_and_order(
    shared_api: Api, crowd: Crowd
) -> None:
    filters: list[tuple[dict[str, Any], Test]] = [
        ({"hasPaymentMethod": True}, lambda one: one.card),
        ({"phoneRiskLevels": ["LOW", "HIGH", "VERY_HIGH"]}, lambda one: one.risk is not None),
        ({"tierIds": list(crowd.tiers)}, lambda one: one.tier is not None),
        ({"regionIds": list(crowd.regions)}, lambda one: one.region is not None),
        ({"deviceOs": ["IOS", "ANDROID"]}, lambda one: one.device != "UNKNOWN"),
        ({"hasActiveRide": False}, lambda one: not one.riding),
        ({"joinedFrom": iso(JOINED), "joinedTo": iso(LATER)}, lambda one: one.joined < LATER),
        ({"lastActiveFrom": iso(ACTIVE)}, lambda one: one.active is not None),
    ]
    only: dict[str, Any] = {}
    kept = [one for one in crowd.people if one.in_tab("ACTIVE") and "an" in one.key("NAME")]

    for (more, keeps), order in zip(filters, ("NAME", "BONUS", "RIDES", "JOINED") * 2, strict=True):
        only |= more
        kept = [one for one in kept if keeps(one)]
        by = {"orderBy": {"field": order, "direction": "ASC"}}
        asked = {"filter": only, "tab": "ACTIVE", "search": "@rider an", **by}
        both = [
            await way(shared_api, crowd.clerk, crowd.fleet, 4, **asked)
            for way in (forward, backward)
        ]
        assert both == [ordered(kept, order, "ASC")] * 2, only


@pytest.mark.parametrize(
    "only",
    [
        {"regionIds": ["no id"]},
        {"tierIds": [""]},
        {"tierIds": ["tier_\0"]},
        {"regionIds": ["reg_01m8bx7k0ef708k369zhh1cwvj"] * 101},
        {"deviceOs": ["IOS"] * 101},
        {"phoneRiskLevels": ["LOW"] * 101},
    ],
)
async def test_what_cannot_be_an_id_and_more_than_a_hundred_values_are_bad_input(
    shared_api: Api, crowd: Crowd, only: dict[str, Any]
) -> None:
    answer = await shared_api.ask(crowd.clerk, PAGE, fleet=crowd.fleet.id, filter=only)

    assert codes(answer) == [(LIST, "BAD_USER_INPUT")]


@pytest.mark.rule("ROL-4")
@pytest.mark.parametrize(
    ("name", "prefix"), [("regionIds", Prefix.REGION), ("tierIds", Prefix.TIER)]
)
async def test_a_foreign_id_is_answered_as_an_unknown_one(
    make: Make, api: Api, crowd: Crowd, name: str, prefix: Prefix
) -> None:
    fleet = await make.fleet()
    who = await fleet.operator()
    await fleet.customer()
    foreign = {Prefix.REGION: crowd.regions, Prefix.TIER: crowd.tiers}[prefix][0]

    answers = [
        (await api.answer(who, PAGE, fleet=fleet.id, filter={name: [id]})).content
        for id in (foreign, new(prefix), crowd.people[0].id)
    ]

    assert answers[0] == answers[1] == answers[2]
    assert b'"nodes":[]' in answers[0]


USES: dict[str, dict[str, Any]] = {
    "risk": {"filter": {"phoneRiskLevels": []}},
    "card": {"filter": {"hasPaymentMethod": False}},
    "riding": {"filter": {"hasActiveRide": True}},
    "tier": {"filter": {"tierIds": ["no id"]}},
    "balance": {"orderBy": {"field": "WALLET_BALANCE"}},
    "bonus": {"orderBy": {"field": "BONUS", "direction": "DESC"}},
    "debt": {"tab": "WITH_DEBT"},
    "open": {"filter": {"regionIds": [], "deviceOs": [], "joinedFrom": iso(JOINED)}},
}
"""By what a list may be asked for; a caller with the right is told that a tier's id is none."""
MONEY = {"card", "balance", "bonus", "debt"}
ALL = MONEY | {"risk", "riding", "tier", "open"}
MAY: dict[Role | Scope, set[str]] = {
    Role.SUPER_ADMIN: ALL,
    Role.GLOBAL_ADMIN: ALL,
    Role.ADMIN: ALL,
    Role.FLEET_MANAGER: ALL,
    Role.CUSTOMER_SUPPORT: ALL,
    Role.ANALYST: ALL - {"risk"},
    Role.VIEWER: ALL - {"risk"},
    Role.SERVICE_TECH: set(),
    Scope.CUSTOMERS_READ: {"open"},
    Scope.WALLET_READ: {"open"} | MONEY,
    Scope.RIDES_READ: {"open", "riding"},
    Scope.LOYALTY_READ: {"open", "tier"},
}
"""ROL-2 by hand; each scope together with CUSTOMERS_READ."""


async def refused(api: Api, who: Who, fleet: Fleet) -> set[str]:
    answers = {
        use: codes(await api.ask(who, PAGE, fleet=fleet.id, **asked)) for use, asked in USES.items()
    }
    return {use for use, found in answers.items() if found == [(LIST, "FORBIDDEN")]}


@pytest.mark.rule("ROL-9")
@pytest.mark.parametrize("caller", MAY)
async def test_filters_orders_and_tabs_need_the_right_to_what_they_go_by(
    api: Api, fleet: Fleet, caller: Role | Scope
) -> None:
    who = await (
        fleet.operator(caller)
        if isinstance(caller, Role)
        else fleet.partner(Scope.CUSTOMERS_READ, caller)
    )

    assert ALL - await refused(api, who, fleet) == MAY[caller]


@pytest.mark.rule("ROL-9")
async def test_a_rider_and_a_partner_without_customers_may_not_go_by_more_than_they_read(
    api: Api, fleet: Fleet
) -> None:
    rider = await fleet.rider(await fleet.customer())
    rest = await fleet.partner(*(scope for scope in Scope if scope is not Scope.CUSTOMERS_READ))

    assert await refused(api, rider, fleet) == {"risk"}
    assert await refused(api, rest, fleet) == ALL


MANY = """
INSERT INTO customer
  (subaccount_id, id, number, name, device_os, locale, joined_at, referral_code)
SELECT $1, 'cust_' || lpad(i::text, 26, '0'), i, 'Ann', 'IOS', 'en-US', now(), 'R' || i
FROM generate_series(1, $2::integer) i
"""


async def test_a_count_is_exact_up_to_ten_thousand_matches_and_without_a_filter(
    make: Make, fleet: Fleet, api: Api
) -> None:
    who = await fleet.operator()
    await make.store.execute(MANY, fleet.id, 10_002)
    await fleet.called("recount_customers", fleet.id)
    asks: dict[str, dict[str, Any]] = {
        "all": {},
        "tab": {"tab": "UNBLOCKED"},
        "filter": {"filter": {"deviceOs": ["IOS"]}},
        "search": {"search": "ann"},
        "rare": {"search": "ann 4711"},
    }

    async def counts() -> dict[str, tuple[int, bool]]:
        found = {name: await page(api, who, fleet, first=1, **ask) for name, ask in asks.items()}
        return {name: tuple(one["totalCount"].values()) for name, one in found.items()}

    beyond = await counts()
    for id in listed(await page(api, who, fleet, first=2)):
        await fleet.change(id, deleted_at=JOINED.isoformat())
    within = await counts()

    assert beyond == {
        "all": (10_002, True),
        "tab": (10_002, True),
        "filter": (10_000, False),
        "search": (10_000, False),
        "rare": (1, True),
    }
    assert within == {
        "all": (10_000, True),
        "tab": (10_000, True),
        "filter": (10_000, True),
        "search": (10_000, True),
        "rare": (1, True),
    }
