from datetime import UTC, datetime, timedelta

import pytest

from domain.access import Role, Scope
from domain.ids import Prefix
from tests import riding
from tests.api import Api, codes
from tests.make import Fleet, Make, Who, new
from tests.riding import STARTED

MONEY = "fragment money on Money { amount currency }"
RIDE = """
query ($id: ID!) { ride(id: $id) {
  id status startedAt endedAt durationSeconds distanceMeters pointsEarned
  customer { id name maskedPhone }
  vehicle { code model }
  charged { ...money } costSoFar { ...money } refunded { ...money }
  fare {
    minutes unlock { ...money } time { ...money } tierDiscount { ...money }
    promoDiscount { ...money } coveredByPlan { ...money } total { ...money }
    paidFromBonus { ...money } paidFromBalance { ...money } paidByCard { ...money }
    leftAsDebt { ...money } transactions { account kind amount { ...money } ride { id } }
  }
  startLocation { latitude longitude } endLocation { latitude longitude }
  endZone { name rewardPoints }
  startedBy { ... on Customer { id } } endedBy { ... on Operator { name } }
} }
"""
BANNER = """
query ($id: ID!) { customer(id: $id) { activeRide {
  id status durationSeconds endedAt charged { ...money } costSoFar { ...money }
  refunded { ...money } fare { minutes } endZone { id } endedBy { __typename }
  vehicle { online activeRide { id } }
} } }
"""


def usd(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}


async def paid_ride(fleet: Fleet, customer_id: str, ended_by: str) -> str:
    """A ride of twelve and a half minutes, with every line of its fare."""
    ride_id = await riding.ride(
        fleet,
        customer_id,
        await riding.vehicle(fleet, code="KS-7"),
        status="COMPLETED",
        ended_at=STARTED + timedelta(seconds=754, milliseconds=900),
        distance_meters=3120,
        start_latitude=27.951,
        start_longitude=-82.457,
        end_latitude=27.96,
        end_longitude=-82.46,
        end_zone_id=await riding.zone(fleet),
        ended_by=ended_by,
        points_earned=32,
        refunded=25,
    )
    lines = {"minutes": 13, "unlock": 100, "time": 325, "total": 325}
    off = {"tier_discount": 20, "promo_discount": 30, "covered_by_plan": 50}
    paid = {"paid_from_bonus": 200, "paid_from_balance": 100}
    rest = {"paid_by_card": 20, "left_as_debt": 5}
    await riding.fare(fleet, ride_id, **lines, **off, **paid, **rest)
    await fleet.post(customer_id, -200, "RIDE_CHARGE", account="BONUS", ride_id=ride_id)
    await fleet.post(customer_id, -105, "RIDE_CHARGE", ride_id=ride_id)
    return ride_id


async def test_a_ride_tells_its_whole_course_and_what_paid_for_it(api: Api, fleet: Fleet) -> None:
    ada = await fleet.customer(balance=100, bonus=200)
    clerk = await fleet.operator(Role.CUSTOMER_SUPPORT)
    id = await paid_ride(fleet, ada, clerk.id)

    found = await api.get(clerk, RIDE + MONEY, id=id)

    fare = found["ride"].pop("fare")
    assert found["ride"] == {
        "id": id,
        "status": "COMPLETED",
        "startedAt": "2026-05-01T09:30:00Z",
        "endedAt": "2026-05-01T09:42:34.900000Z",
        "durationSeconds": 754,
        "distanceMeters": 3120,
        "pointsEarned": 32,
        "customer": {"id": ada, "name": "Ada Lovelace", "maskedPhone": "•••00"},
        "vehicle": {"code": "KS-7", "model": "Ninebot Max"},
        "charged": usd("3.25"),
        "costSoFar": None,
        "refunded": usd("0.25"),
        "startLocation": {"latitude": 27.951, "longitude": -82.457},
        "endLocation": {"latitude": 27.96, "longitude": -82.46},
        "endZone": {"name": "Harbour", "rewardPoints": 20},
        "startedBy": {"id": ada},
        "endedBy": {"name": "Olga Operator"},
    }
    charge = {"kind": "RIDE_CHARGE", "ride": {"id": id}}
    assert fare == {
        "minutes": 13,
        "unlock": usd("1.00"),
        "time": usd("3.25"),
        "tierDiscount": usd("0.20"),
        "promoDiscount": usd("0.30"),
        "coveredByPlan": usd("0.50"),
        "total": usd("3.25"),
        "paidFromBonus": usd("2.00"),
        "paidFromBalance": usd("1.00"),
        "paidByCard": usd("0.20"),
        "leftAsDebt": usd("0.05"),
        "transactions": [
            {"account": "BONUS", "amount": usd("-2.00"), **charge},
            {"account": "BALANCE", "amount": usd("-1.05"), **charge},
        ],
    }


@pytest.mark.parametrize("kind", ["tech", "partner"])
async def test_who_may_see_rides_but_no_wallets_sees_the_fare_and_none_of_the_ledger(
    api: Api, fleet: Fleet, kind: str
) -> None:
    ada = await fleet.customer(balance=100, bonus=200)
    id = await paid_ride(fleet, ada, ada)
    tech, partner = await fleet.operator(Role.SERVICE_TECH), await fleet.partner(Scope.RIDES_READ)

    found = await api.get(tech if kind == "tech" else partner, RIDE + MONEY, id=id)

    assert found["ride"]["charged"] == usd("3.25")
    assert found["ride"]["customer"] == {"id": ada, "name": "Ada Lovelace", "maskedPhone": "•••00"}
    assert found["ride"]["fare"]["leftAsDebt"] == usd("0.05")
    assert found["ride"]["fare"]["transactions"] == []


async def test_a_key_without_the_scope_for_rides_sees_none(api: Api, fleet: Fleet) -> None:
    ada = await fleet.customer()
    id = await riding.ride(fleet, ada, await riding.vehicle(fleet))
    partner = await fleet.partner(Scope.CUSTOMERS_READ, Scope.WALLET_READ)

    alone = await api.ask(partner, "query ($id: ID!) { ride(id: $id) { id } }", id=id)
    listed = await api.ask(
        partner, "query ($id: ID!) { customer(id: $id) { rides { nodes { id } } } }", id=ada
    )

    assert (alone["data"], codes(alone)) == ({"ride": None}, [(["ride"], "FORBIDDEN")])
    assert listed["data"] == {"customer": {"rides": None}}
    assert codes(listed) == [(["customer", "rides"], "FORBIDDEN")]


@pytest.mark.rule("RID-9")
async def test_the_banner_of_an_active_ride_runs_and_counts_what_it_costs_so_far(
    api: Api, fleet: Fleet
) -> None:
    ada = await fleet.customer()
    heard = datetime.now(UTC)
    scooter = await riding.vehicle(fleet, status="IN_USE", last_signal_at=heard)
    began = heard - timedelta(minutes=12, seconds=5)
    priced = {"unlock_discount_percent": 50, "included_minutes": 3}
    id = await riding.ride(fleet, ada, scooter, status="ACTIVE", started_at=began, **priced)

    found = await api.get(await fleet.rider(ada), BANNER + MONEY, id=ada)

    ride = found["customer"]["activeRide"]
    assert 725 <= ride.pop("durationSeconds") < 780
    assert ride == {
        "id": id,
        "status": "ACTIVE",
        "endedAt": None,
        "charged": None,
        "costSoFar": usd("3.00"),  # half the unlock, and ten of thirteen minutes
        "refunded": None,
        "fare": None,
        "endZone": None,
        "endedBy": None,
        "vehicle": {"online": True, "activeRide": {"id": id}},
    }


@pytest.mark.rule("RID-9")
async def test_the_banner_is_gone_once_the_ride_ended(api: Api, fleet: Fleet) -> None:
    ada, bob = await fleet.customer(), await fleet.customer()
    scooter = await riding.vehicle(fleet)
    await riding.ride(fleet, ada, scooter)
    await riding.ride(fleet, bob, scooter, status="ACTIVE")

    found = await api.get(await fleet.operator(), BANNER + MONEY, id=ada)

    assert found == {"customer": {"activeRide": None}}


async def test_a_ride_of_somebody_else_is_as_a_ride_that_never_was(
    api: Api, make: Make, fleet: Fleet
) -> None:
    ada, bob = await fleet.customer(), await fleet.customer()
    scooter = await riding.vehicle(fleet)
    of_bob = await riding.ride(fleet, bob, scooter, status="ACTIVE")
    mine, elsewhere = await fleet.rider(ada), await (await make.fleet()).operator()
    one = "query ($id: ID!) { ride(id: $id) { id } node(id: $id) { id } nodes(ids: [$id]) { id } }"

    async def answers(who: Who, id: str) -> bytes:
        return (await api.answer(who, one, id=id)).content

    missing = new(Prefix.RIDE)
    assert await answers(mine, of_bob) == await answers(mine, missing)
    assert await answers(elsewhere, of_bob) == await answers(elsewhere, missing)
    assert (await api.get(mine, one, id=of_bob)) == {"ride": None, "node": None, "nodes": [None]}
    assert await api.get(
        mine, "query ($id: ID!) { vehicle(id: $id) { activeRide { id } } }", id=scooter
    ) == {"vehicle": {"activeRide": None}}
