from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.access import Role, Scope
from domain.ids import Prefix
from tests import riding
from tests.api import Api, codes
from tests.make import Fleet, Make, new

LIST = """
query ($id: ID!, $search: String, $available: Boolean! = false) { subaccount(id: $id) {
  vehicles(search: $search, availableOnly: $available) { nodes { code } }
} }
"""
ONE = """
query ($id: ID!) { vehicle(id: $id) {
  id code imei model status batteryPercent lastSignalAt online location { latitude longitude }
  activeRide { id }
} }
"""
ZONES = """
query ($id: ID!) { subaccount(id: $id) { zones {
  id name preferredParking rewardPoints rebalancingMultiplier boundary
} } }
"""


def names(found: dict[str, Any]) -> list[str]:
    return [vehicle["code"] for vehicle in found["subaccount"]["vehicles"]["nodes"]]


async def test_a_vehicle_tells_what_it_reported_and_whether_it_still_does(
    api: Api, fleet: Fleet
) -> None:
    heard = datetime(2026, 5, 1, 9, 30, tzinfo=UTC)
    told = {"battery_percent": 71, "last_signal_at": heard, "latitude": 27.95, "longitude": -82.46}
    id = await riding.vehicle(fleet, code="KS-7", imei="356938035643809", **told)

    found = await api.get(await fleet.operator(Role.SERVICE_TECH), ONE, id=id)

    assert found["vehicle"] == {
        "id": id,
        "code": "KS-7",
        "imei": "356938035643809",
        "model": "Ninebot Max",
        "status": "AVAILABLE",
        "batteryPercent": 71,
        "lastSignalAt": "2026-05-01T09:30:00Z",
        "online": False,
        "location": {"latitude": 27.95, "longitude": -82.46},
        "activeRide": None,
    }


async def test_a_vehicle_is_online_by_the_window_of_its_own_fleet(api: Api, make: Make) -> None:
    patient, hasty = await make.fleet(), await make.fleet(vehicle_online_window_minutes=5)
    heard = {"last_signal_at": datetime.now(UTC) - timedelta(minutes=30)}
    ids = [await riding.vehicle(fleet, **heard) for fleet in (patient, hasty)]
    clerk = await make.operator(patient, hasty)

    found = [await api.get(clerk, ONE, id=id) for id in ids]

    assert [one["vehicle"]["online"] for one in found] == [True, False]


async def test_a_rider_sees_a_vehicle_but_not_its_imei(api: Api, fleet: Fleet) -> None:
    id = await riding.vehicle(fleet, code="KS-7")
    rider = await fleet.rider(await fleet.customer())

    answer = await api.ask(rider, ONE, id=id)

    assert codes(answer) == [(["vehicle", "imei"], "FORBIDDEN")]
    assert answer["data"]["vehicle"]["code"] == "KS-7"
    assert answer["data"]["vehicle"]["imei"] is None


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("ks-1", ["KS-12", "KS-1_%"]),
        ("S-12", ["KS-12"]),
        ("%", ["KS-1_%"]),
        ("1_", ["KS-1_%"]),
        ("\\", []),
        ("", ["AB-3", "KS-12", "KS-1_%"]),
        (" ", ["AB-3", "KS-12", "KS-1_%"]),
        (None, ["AB-3", "KS-12", "KS-1_%"]),
    ],
)
async def test_search_finds_a_part_of_the_code_as_it_is_written(
    api: Api, fleet: Fleet, search: str | None, found: list[str]
) -> None:
    for age, code in enumerate(["AB-3", "KS-12", "KS-1_%"]):
        await riding.vehicle(fleet, code=code, added_at=riding.ADDED - timedelta(days=age))

    listed = await api.get(await fleet.operator(), LIST, id=fleet.id, search=search)

    assert names(listed) == found


async def test_search_looks_at_the_imei_for_those_alone_who_may_see_it(
    api: Api, fleet: Fleet
) -> None:
    await riding.vehicle(fleet, code="KS-7", imei="356938035643809")
    rider = await fleet.rider(await fleet.customer())
    asked = {"id": fleet.id, "search": "5643809"}

    assert names(await api.get(rider, LIST, **asked)) == []
    assert names(await api.get(await fleet.operator(), LIST, **asked)) == ["KS-7"]


@pytest.mark.parametrize("search", ["a\0b", "x" * 201])
async def test_a_search_that_no_text_could_match_is_refused(
    api: Api, fleet: Fleet, search: str
) -> None:
    answer = await api.ask(await fleet.operator(), LIST, id=fleet.id, search=search)

    assert codes(answer) == [(["subaccount", "vehicles"], "BAD_USER_INPUT")]


async def test_only_vehicles_that_can_be_ridden_are_listed_where_asked(
    api: Api, fleet: Fleet
) -> None:
    for status in ("AVAILABLE", "IN_USE", "RESERVED", "MAINTENANCE", "OFFLINE"):
        await riding.vehicle(fleet, code=status, status=status)
    clerk = await fleet.operator()

    free = await api.get(clerk, LIST, id=fleet.id, available=True)
    every = await api.get(clerk, LIST, id=fleet.id)

    assert names(free) == ["AVAILABLE"]
    assert len(names(every)) == 5


async def test_a_vehicle_of_another_fleet_is_as_one_that_never_was(api: Api, make: Make) -> None:
    here, there = await make.fleet(), await make.fleet()
    foreign = await riding.vehicle(there)
    parked = await riding.zone(there)
    clerk = await here.operator()
    one = "query ($id: ID!) { vehicle(id: $id) { id } node(id: $id) { id } }"

    async def answer(id: str) -> bytes:
        return (await api.answer(clerk, one, id=id)).content

    assert await answer(foreign) == await answer(new(Prefix.VEHICLE))
    assert await answer(parked) == await answer(new(Prefix.ZONE))


async def test_zones_are_listed_by_name_to_everybody_who_rides(api: Api, fleet: Fleet) -> None:
    harbour = await riding.zone(fleet)
    airport = await riding.zone(fleet, name="Airport", preferred_parking=False, reward_points=0)
    rider = await fleet.rider(await fleet.customer())

    found = await api.get(rider, ZONES, id=fleet.id)

    kept = {"rebalancingMultiplier": "1.000", "boundary": riding.RING}
    first = {"id": airport, "name": "Airport", "preferredParking": False, "rewardPoints": 0}
    second = {"id": harbour, "name": "Harbour", "preferredParking": True, "rewardPoints": 20}
    assert found == {"subaccount": {"zones": [first | kept, second | kept]}}


async def test_a_key_for_the_wallet_alone_sees_no_vehicle_and_an_empty_list_of_zones(
    api: Api, fleet: Fleet
) -> None:
    id = await riding.vehicle(fleet)
    await riding.zone(fleet)
    partner = await fleet.partner(Scope.WALLET_READ)

    answer = await api.ask(partner, ONE, id=id)
    zones = await api.get(partner, ZONES, id=fleet.id)

    assert (answer["data"], codes(answer)) == ({"vehicle": None}, [(["vehicle"], "FORBIDDEN")])
    assert zones == {"subaccount": {"zones": []}}
