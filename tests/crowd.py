"""Customers of every kind, with few values of each, so that ties are many."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from domain.ids import Prefix
from tests import loyal, riding
from tests.make import JOINED, Fleet, Who, new

NAMES = ("Ada Lovelace", "Anna Lee", "ÁNNA lee", "Zoë Ångström", "José Muñoz", "山本 千尋")
FOLDED = {"ÁNNA lee": "anna lee", "Zoë Ångström": "zoe angstrom", "José Muñoz": "jose munoz"}
TRUE, FALSE = (True,), (False,)
ACTIVE = JOINED + timedelta(days=10)
"""After everybody had joined."""


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
        """What an order goes by."""
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
    """All of a fleet's customers, what some of them belong to, and one who lists them."""

    fleet: Fleet
    clerk: Who
    people: tuple[Person, ...]
    regions: tuple[str, str]
    tiers: tuple[str, str]


async def gathered(fleet: Fleet, size: int = 60) -> Crowd:
    chance = Random(7)  # noqa: S311  (the same crowd each time)
    regions = (await fleet.region("North"), await fleet.region("South"))
    tiers = (await loyal.tier(fleet, "Base", 0), await loyal.tier(fleet, "Gold", 9))
    people = [_somebody(chance, number, regions, tiers) for number in range(1, size + 1)]
    made = tuple([await _made(fleet, one) for one in people])
    return Crowd(fleet, await fleet.operator(), made, regions, tiers)


def _somebody(
    chance: Random, number: int, regions: tuple[str, str], tiers: tuple[str, str]
) -> Person:
    """Who they are by chance, before they are anybody's customer."""
    one = chance.choice
    return Person(
        id="",
        number=number,
        name=one(NAMES),
        balance=one([-500, 0, 0, 1000, 2500]),
        bonus=one([0, 0, 300]),
        rides=one([0, 1, 1, 12]),
        joined=JOINED + timedelta(days=number // 7),
        active=one([None, None, ACTIVE, ACTIVE + timedelta(days=30)]),
        blocked=one(TRUE + FALSE * 2),
        deleted=one(TRUE + FALSE * 6),
        missing=one(TRUE + FALSE * 2),
        region=one([None, *regions]),
        device=one(["IOS", "ANDROID", "UNKNOWN"]),
        risk=one([None, "LOW", "HIGH", "VERY_HIGH"]),
        card=one(TRUE + FALSE),
        riding=one(TRUE + FALSE),
        tier=one([None, *tiers]),
    )


async def _made(fleet: Fleet, one: Person) -> Person:
    id = await fleet.customer(
        number=one.number, name=one.name, balance=one.balance, bonus=one.bonus,
        completed_rides=one.rides, joined_at=one.joined, last_active_at=one.active,
        blocked_at=JOINED if one.blocked else None, blocked_reason="x" if one.blocked else None,
        deleted_at=JOINED if one.deleted else None, identity_required=one.missing,
        identity_status="PENDING" if one.missing else "NOT_REQUIRED", region_id=one.region,
        device_os=one.device,
    )  # fmt: skip
    if one.risk is not None:
        await looked_up(fleet, id, one.risk)
    if one.card:
        await card(fleet, id)
    if one.riding:
        await riding.ride(fleet, id, await riding.vehicle(fleet), status="ACTIVE")
    if one.tier is not None:
        await fleet.row("loyalty_member", customer_id=id, tier_id=one.tier)
    return replace(one, id=id)


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
