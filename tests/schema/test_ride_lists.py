from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from domain.access import Role
from tests import riding
from tests.api import Api
from tests.make import Fleet, Make
from tests.riding import STARTED
from tests.statements import data, sent

CUSTOMER_RIDES = """
query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String, $only: [RideStatus!]) {
  customer(id: $id) {
    rides(first: $first, after: $after, last: $last, before: $before, status: $only) {
      nodes { id } edges { cursor }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
}
"""
FLEET_RIDES = """
query ($id: ID!, $vehicle: ID, $only: [RideStatus!]) {
  subaccount(id: $id) { rides(vehicleId: $vehicle, status: $only) { nodes { id } } }
}
"""
NESTED = """
query ($id: ID!, $first: Int) { customer(id: $id) { rides(first: $first) { nodes {
  customer { name } vehicle { code activeRide { id } } endZone { name }
  fare { transactions { actor { __typename } } } startedBy { __typename } endedBy { __typename }
} } } }
"""


async def test_a_rider_lists_no_rides_of_the_fleet_but_their_own(api: Api, fleet: Fleet) -> None:
    ada, bob = await fleet.customer(), await fleet.customer()
    scooter = await riding.vehicle(fleet)
    of_ada = await riding.ride(fleet, ada, scooter)
    await riding.ride(fleet, bob, scooter)
    rider = await fleet.rider(ada)

    everywhere = await api.get(rider, FLEET_RIDES, id=fleet.id)
    on_the_scooter = await api.get(rider, FLEET_RIDES, id=fleet.id, vehicle=scooter)

    own = {"subaccount": {"rides": {"nodes": [{"id": of_ada}]}}}
    assert (everywhere, on_the_scooter) == (own, own)


async def test_rides_of_a_fleet_are_narrowed_by_vehicle_and_by_status(
    api: Api, make: Make, fleet: Fleet
) -> None:
    ada, bob = await fleet.customer(), await fleet.customer()
    scooter, other = await riding.vehicle(fleet), await riding.vehicle(fleet)
    foreign = await riding.vehicle(await make.fleet())
    later = {"started_at": STARTED + timedelta(hours=1)}
    first = await riding.ride(fleet, ada, scooter)
    second = await riding.ride(fleet, bob, scooter, status="ACTIVE", **later)
    between = {"started_at": STARTED + timedelta(minutes=30)}
    third = await riding.ride(fleet, ada, other, status="VOIDED", **between)
    clerk = await fleet.operator(Role.SERVICE_TECH)

    async def listed(**asked: Any) -> list[str]:
        found = await api.get(clerk, FLEET_RIDES, id=fleet.id, **asked)
        return [ride["id"] for ride in found["subaccount"]["rides"]["nodes"]]

    assert await listed() == [second, third, first]
    assert await listed(vehicle=scooter) == [second, first]
    assert await listed(vehicle=scooter, only=["CANCELLED", "VOIDED"]) == [first]
    assert await listed(only=["VOIDED", "ACTIVE"]) == [second, third]
    assert await listed(only=[]) == []
    assert await listed(vehicle=foreign) == []
    assert await listed(vehicle=ada) == []


async def test_pages_of_rides_have_every_ride_once_forward_and_back(api: Api, fleet: Fleet) -> None:
    ada, clerk = await fleet.customer(), await fleet.operator()
    scooter = await riding.vehicle(fleet)
    hours = [0, 1, 1, 1, 2, 3, 3]  # rides that begin at the same instant go by id
    made = [
        (hour, await riding.ride(fleet, ada, scooter, started_at=STARTED + timedelta(hours=hour)))
        for hour in hours
    ]
    newest_first = [id for _, id in sorted(made, reverse=True)]

    async def page(**asked: Any) -> tuple[list[str], dict[str, Any]]:
        found = (await api.get(clerk, CUSTOMER_RIDES, id=ada, **asked))["customer"]["rides"]
        assert found["pageInfo"]["startCursor"] == found["edges"][0]["cursor"]
        assert found["pageInfo"]["endCursor"] == found["edges"][-1]["cursor"]
        return [node["id"] for node in found["nodes"]], found["pageInfo"]

    one, at = await page(first=3)
    two, then = await page(first=3, after=at["endCursor"])
    three, end = await page(first=3, after=then["endCursor"])
    assert one + two + three == newest_first
    assert [info["hasNextPage"] for info in (at, then, end)] == [True, True, False]

    last, at = await page(last=3)
    middle, then = await page(last=3, before=at["startCursor"])
    first, end = await page(last=3, before=then["startCursor"])
    assert first + middle + last == newest_first
    assert [info["hasPreviousPage"] for info in (at, then, end)] == [True, True, False]


async def test_a_page_of_many_rides_takes_the_statements_of_a_page_of_one(
    api: Api, engine: AsyncEngine, fleet: Fleet
) -> None:
    ada, clerk = await fleet.customer(balance=1000), await fleet.operator()
    for hour in range(12):
        scooter, zone = await riding.vehicle(fleet), await riding.zone(fleet)
        began = STARTED + timedelta(hours=hour)
        ended = {"status": "COMPLETED", "end_zone_id": zone, "ended_by": "sys:test"}
        id = await riding.ride(fleet, ada, scooter, started_at=began, **ended)
        await riding.fare(fleet, id, minutes=1, unlock=25, total=25, paid_from_balance=25)
        await fleet.post(ada, -25, "RIDE_CHARGE", ride_id=id)

    await api.get(clerk, NESTED, id=ada, first=1)  # a new connection asks for its types, once
    with sent(engine) as for_one:
        await api.get(clerk, NESTED, id=ada, first=1)
    with sent(engine) as for_all:
        found = await api.get(clerk, NESTED, id=ada, first=12)

    assert len(found["customer"]["rides"]["nodes"]) == 12
    assert all(ride["fare"]["transactions"] for ride in found["customer"]["rides"]["nodes"])
    assert data(for_all) == data(for_one)
    assert len(data(for_all)) == 4  # the customer, the page, what rides name, what that names
