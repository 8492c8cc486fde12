"""Who sees what of a customer's loyalty."""

from typing import Any

import pytest

from domain.access import Role, Scope
from domain.ids import Prefix
from tests import loyal
from tests.api import Api, codes
from tests.make import Fleet, Make, new

SCREEN = """query ($id: ID!) { customer(id: $id) { id loyalty { points
  tier { name members }
  transactions { nodes { points reason ride { id }
    actor { __typename ... on Operator { name email role } } } }
  achievements { achievement { name completions } }
  challenges { challenge { name completions } }
  referral { code referredByName referredBy { name } }
} } }"""
LOYALTY = ["customer", "loyalty"]
LINES = [[*LOYALTY, "transactions", "nodes", place] for place in range(2)]
REASONS = [[*line, "reason"] for line in LINES]
REFERRER = [*LOYALTY, "referral", "referredBy"]
COUNTS = [[*LOYALTY, "tier", "members"], [*LOYALTY, "challenges", 0, "challenge", "completions"]]


def forbidden(*paths: object) -> list[tuple[object, str]]:
    return [(path, "FORBIDDEN") for path in sorted(paths, key=str)]


def told(answer: dict[str, Any]) -> list[tuple[object, str]]:
    """Sorted, since the fields of a page fail in no order."""
    return sorted(codes(answer), key=str)


@pytest.mark.rule("ROL-10")
async def test_a_rider_sees_the_screen_without_figures_notes_and_the_referrer(
    fleet: Fleet, api: Api
) -> None:
    ada = await loyal.member(fleet)

    answer = await api.ask(await fleet.rider(ada.id), SCREEN, id=ada.id)

    manager = [*LINES[0], "actor"]
    assert told(answer) == forbidden(
        *COUNTS, *REASONS, REFERRER, [*manager, "email"], [*manager, "role"]
    )
    operator = {"__typename": "Operator", "name": "Mia Manager", "email": None, "role": None}
    system = {"__typename": "SystemActor"}
    assert answer["data"]["customer"]["loyalty"] == {
        "points": 365,
        "tier": {"name": "Silver", "members": None},
        "transactions": {
            "nodes": [
                {"points": -2, "reason": None, "ride": None, "actor": operator},
                {"points": 367, "reason": None, "ride": {"id": ada.ride}, "actor": system},
            ]
        },
        "achievements": [],
        "challenges": [{"challenge": {"name": "Weekend", "completions": None}}],
        "referral": {"code": "ADA-1", "referredByName": "Grace", "referredBy": None},
    }


@pytest.mark.parametrize("role", [Role.ANALYST, Role.VIEWER, Role.SUPER_ADMIN])
async def test_operators_who_open_customers_see_all_of_it(
    fleet: Fleet, api: Api, role: Role
) -> None:
    ada = await loyal.member(fleet)

    found = await api.get(await fleet.operator(role), SCREEN, id=ada.id)

    screen = found["customer"]["loyalty"]
    assert screen["tier"] == {"name": "Silver", "members": 1}
    assert screen["challenges"] == [{"challenge": {"name": "Weekend", "completions": 0}}]
    assert screen["referral"]["referredBy"] == {"name": "Grace Brewster Hopper"}


THROUGH_A_RIDE = "query ($id: ID!) { ride(id: $id) { customer { name loyalty { points } } } }"


async def test_a_technician_sees_no_loyalty_whatever_path_leads_there(
    fleet: Fleet, api: Api
) -> None:
    ada = await loyal.member(fleet)
    technician = await fleet.operator(Role.SERVICE_TECH)
    nodes = [ada.silver, ada.won, ada.earned]

    screen = await api.ask(technician, SCREEN, id=ada.id)
    ride = await api.ask(technician, THROUGH_A_RIDE, id=ada.ride)
    found = await api.ask(technician, NODES, ids=nodes)

    assert codes(screen) == [(["customer"], "FORBIDDEN")]
    assert ride["data"] == {"ride": {"customer": {"name": "Ada Lovelace", "loyalty": None}}}
    assert codes(ride) == [(["ride", "customer", "loyalty"], "FORBIDDEN")]
    assert found["data"] == {"nodes": [None, None, None]}
    assert told(found) == forbidden(*(["nodes", place] for place in range(3)))


@pytest.mark.rule("ROL-10")
async def test_a_partner_needs_the_scope_and_reads_no_notes_and_no_referrer(
    fleet: Fleet, api: Api
) -> None:
    ada = await loyal.member(fleet)
    without = await fleet.partner(Scope.CUSTOMERS_READ, Scope.WALLET_READ, Scope.RIDES_READ)
    having = await fleet.partner(Scope.CUSTOMERS_READ, Scope.LOYALTY_READ)

    refused = await api.ask(without, SCREEN, id=ada.id)
    answer = await api.ask(having, SCREEN, id=ada.id)

    assert refused["data"] == {"customer": {"id": ada.id, "loyalty": None}}
    assert codes(refused) == [(LOYALTY, "FORBIDDEN")]
    screen = answer["data"]["customer"]["loyalty"]
    assert screen["tier"] == {"name": "Silver", "members": 1}
    manager = [*LINES[0], "actor"]
    guarded = [[*line, "ride"] for line in LINES] + [[*manager, "email"], [*manager, "role"]]
    assert told(answer) == forbidden(*REASONS, *guarded, REFERRER)


NODES = """query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id
  ... on LoyaltyTier { minRides }
  ... on Achievement { target }
  ... on Challenge { rewardCredit { amount } }
  ... on ReferralTier { minReferrals referrerReward { amount } refereeReward { amount } }
  ... on LoyaltyTransaction { points }
} }"""


async def test_each_record_is_found_by_its_id_in_its_own_fleet_and_nowhere_else(
    make: Make, fleet: Fleet, api: Api
) -> None:
    ada = await loyal.member(fleet)
    explorer = await loyal.achievement(fleet, "Explorer")
    rewards = {"min_referrals": 3, "referrer_reward": 500, "referee_reward": 300}
    guide = await fleet.row("referral_tier", id=new(Prefix.REFERRAL_TIER), name="Guide", **rewards)
    ids = [ada.silver, explorer, ada.won, guide, ada.earned]
    missing = [new(Prefix(id.partition("_")[0])) for id in ids]
    stranger = await (await make.fleet()).operator()
    friend = await fleet.rider(ada.referrer)

    found = await api.get(ada.manager, NODES, ids=ids)
    elsewhere = await api.ask(stranger, NODES, ids=ids)
    nowhere = await api.ask(stranger, NODES, ids=missing)
    others = await api.get(friend, NODES, ids=[ada.earned])

    assert found["nodes"] == [
        {"__typename": "LoyaltyTier", "id": ada.silver, "minRides": 1},
        {"__typename": "Achievement", "id": explorer, "target": 10},
        {"__typename": "Challenge", "id": ada.won, "rewardCredit": {"amount": "2.50"}},
        {
            "__typename": "ReferralTier",
            "id": guide,
            "minReferrals": 3,
            "referrerReward": {"amount": "5.00"},
            "refereeReward": {"amount": "3.00"},
        },
        {"__typename": "LoyaltyTransaction", "id": ada.earned, "points": 367},
    ]
    assert elsewhere == nowhere == {"data": {"nodes": [None] * 5}}
    assert others == {"nodes": [None]}
