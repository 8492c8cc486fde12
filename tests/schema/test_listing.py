"""The customers page: every order, tab, filter and search against what Python makes of the rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle, product
from random import Random
from typing import Any

import pytest

from domain.ids import Prefix
from tests import loyal, riding
from tests.api import Api
from tests.make import JOINED, Fleet, new

PAGE = """
query ($fleet: ID!, $first: Int, $after: String, $last: Int, $before: String, $search: String,
       $tab: CustomerTab! = ALL, $filter: CustomerFilter, $orderBy: CustomerOrder) {
  subaccount(id: $fleet) {
    customers(first: $first, after: $after, last: $last, before: $before, search: $search,
              tab: $tab, filter: $filter, orderBy: $orderBy) {
      totalCount { value exact }
      nodes { id }
      edges { cursor node { id } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
}
"""
NAMES = ("Ada Lovelace", "Anna Lee", "ÁNNA lee", "Zoë Ångström", "José Muñoz", "山本 千尋")
ORDERS = ("NAME", "CUSTOMER_NUMBER", "WALLET_BALANCE", "BONUS", "RIDES", "JOINED", "LAST_ACTIVE")
TABS = ("ALL", "ACTIVE", "BLOCKED", "UNBLOCKED", "IDENTITY_REQUIRED", "WITH_DEBT", "DELETED")
FOLDED = {"ÁNNA lee": "anna lee", "Zoë Ångström": "zoe angstrom", "José Muñoz": "jose munoz"}
EXPIRED = JOINED - timedelta(days=400)


@dataclass(frozen=True)
class Person:
    """A customer as the test made it."""

    id: str
    number: int
    name: str
    balance: int
    bonus: int
    rides: int
    joined: datetime
    active: datetime | None
    blocked: bool
    deleted: bool
    missing: bool
    region: str | None
    device: str
    risk: str | None
    card: bool
    riding: bool
    tier: str | None

    def key(self, order: str) -> Any:
        return {
            "NAME": FOLDED.get(self.name, self.name.lower()),
            "CUSTOMER_NUMBER": self.number,
            "WALLET_BALANCE": self.balance,
            "BONUS": self.bonus,
            "RIDES": self.rides,
            "JOINED": self.joined,
            "LAST_ACTIVE": self.active,
        }[order]

    def in_tab(self, tab: str) -> bool:
        answers = {
            "ALL": True,
            "ACTIVE": self.rides > 0,
            "BLOCKED": self.blocked,
            "UNBLOCKED": not self.blocked,
            "IDENTITY_REQUIRED": self.missing,
            "WITH_DEBT": self.balance < 0,
            "DELETED": True,
        }
        return answers[tab] and self.deleted is (tab == "DELETED")


@dataclass(frozen=True)
class Crowd:
    """Customers of every kind, with few values of each, so that ties are many."""

    fleet: Fleet
    people: tuple[Person, ...]
    regions: tuple[str, str]
    tiers: tuple[str, str]


async def crowd(fleet: Fleet, size: int = 60) -> Crowd:
    chance = Random(7)  # noqa: S311  (the same crowd each time)
    regions = (await fleet.region("North"), await fleet.region("South"))
    tiers = (await loyal.tier(fleet, "Base", 0), await loyal.tier(fleet, "Gold", 9))
    people = []
    for number in range(1, size + 1):
        people.append(await person(fleet, chance, number, regions, tiers))
    return Crowd(fleet, tuple(people), regions, tiers)


async def person(
    fleet: Fleet, chance: Random, number: int, regions: Sequence[str], tiers: Sequence[str]
) -> Person:
    def one(*choices: Any) -> Any:
        return chance.choice(choices)

    made = Person(
        id="", number=number, name=one(*NAMES), balance=one(-500, 0, 0, 1000, 2500),
        bonus=one(0, 0, 300), rides=one(0, 1, 1, 12), joined=JOINED + timedelta(days=number // 7),
        active=one(None, None, JOINED, JOINED + timedelta(days=40)), blocked=one(True, False, False),
        deleted=one(True, *[False] * 6), missing=one(True, False, False),
        region=one(None, *regions), device=one("IOS", "ANDROID", "UNKNOWN"),
        risk=one(None, "LOW", "HIGH", "VERY_HIGH"), card=one(True, False), riding=one(True, False),
        tier=one(None, *tiers),
    )  # fmt: skip
    id = await fleet.customer(
        number=number, name=made.name, balance=made.balance, bonus=made.bonus,
        completed_rides=made.rides, joined_at=made.joined, last_active_at=made.active,
        blocked_at=JOINED if made.blocked else None, blocked_reason="x" if made.blocked else None,
        deleted_at=JOINED if made.deleted else None, identity_required=made.missing,
        identity_status="PENDING" if made.missing else "NOT_REQUIRED", region_id=made.region,
        device_os=made.device,
    )  # fmt: skip
    if made.risk is not None:
        await looked_up(fleet, id, made.risk)
    if made.card:
        await card(fleet, id)
    if made.riding:
        await riding.ride(fleet, id, await riding.vehicle(fleet), status="ACTIVE")
    if made.tier is not None:
        await fleet.row("loyalty_member", customer_id=id, tier_id=made.tier)
    return Person(**(vars(made) | {"id": id}))


async def looked_up(fleet: Fleet, customer_id: str, level: str) -> None:
    await fleet.row(
        "phone_lookup", customer_id=customer_id, line_type="MOBILE", risk_level=level,
        risk_score=50, risk_flags=[], provider="test", checked_at=JOINED,
    )  # fmt: skip


async def card(fleet: Fleet, customer_id: str) -> None:
    await fleet.row(
        "payment_method", id=new(Prefix.PAYMENT_METHOD), customer_id=customer_id, type="CARD",
        verification="VERIFIED", added_at=JOINED,
    )  # fmt: skip


def listed(
    people: Sequence[Person],
    order: str,
    direction: str,
    answers: Callable[[Person], bool],
) -> list[str]:
    """The ids in order: ties by id, and what is not known last either way."""
    down = direction == "DESC"
    known = [one for one in people if answers(one) and one.key(order) is not None]
    rest = [one for one in people if answers(one) and one.key(order) is None]
    known.sort(key=lambda one: (one.key(order), one.id), reverse=down)
    rest.sort(key=lambda one: one.id, reverse=down)
    return [one.id for one in (*known, *rest)]


async def page(api: Api, who: Any, fleet: Fleet, **asked: Any) -> dict[str, Any]:
    data = await api.get(who, PAGE, fleet=fleet.id, **asked)
    found: dict[str, Any] = data["subaccount"]["customers"]
    return found


async def forward(api: Api, who: Any, fleet: Fleet, size: int, **asked: Any) -> list[str]:
    """Every id, page by page from the first."""
    ids: list[str] = []
    after = None
    while True:
        found = await page(api, who, fleet, first=size, after=after, **asked)
        ids += [node["id"] for node in found["nodes"]]
        assert found["pageInfo"]["hasPreviousPage"] is (after is not None)
        if not found["pageInfo"]["hasNextPage"]:
            return ids
        after = found["pageInfo"]["endCursor"]


async def backward(api: Api, who: Any, fleet: Fleet, size: int, **asked: Any) -> list[str]:
    """Every id, page by page from the last."""
    ids: list[str] = []
    before = None
    while True:
        found = await page(api, who, fleet, last=size, before=before, **asked)
        ids = [node["id"] for node in found["nodes"]] + ids
        assert found["pageInfo"]["hasNextPage"] is (before is not None)
        if not found["pageInfo"]["hasPreviousPage"]:
            return ids
        before = found["pageInfo"]["startCursor"]


@pytest.mark.rule("LST-3", "LST-5")
async def test_every_order_pages_both_ways_and_in_the_tabs(api: Api, fleet: Fleet) -> None:
    made = await crowd(fleet)
    who = await fleet.operator()
    tabs = cycle(TABS[1:])

    for order, direction in product(ORDERS, ("ASC", "DESC")):
        for tab in ("ALL", next(tabs), next(tabs), next(tabs)):
            expected = listed(made.people, order, direction, lambda one, tab=tab: one.in_tab(tab))
            asked = {"orderBy": {"field": order, "direction": direction}, "tab": tab}
            assert await forward(api, who, fleet, 29, **asked) == expected, asked
            assert await backward(api, who, fleet, 29, **asked) == expected, asked
