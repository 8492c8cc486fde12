"""Where a customer signed up, after the worker has looked it up."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from integrations.addresses import LocalAtlas
from tests import mmdb
from tests.api import Api
from tests.looking import BERLIN, look_up, shown, signed_up
from tests.make import JOINED, Fleet, Make

GERMAN, AMERICAN = "193.99.144.80", "8.8.8.8"
AT_SEA = {"latitude": 30.0, "longitude": -40.0}


def ip(address: str, country: str | None) -> dict[str, Any]:
    return {"address": address, "city": None, "region": None, "country": country}


def gps(fix: dict[str, float], country: str | None) -> dict[str, Any]:
    return {
        "latitude": fix["latitude"],
        "longitude": fix["longitude"],
        "accuracyMeters": fix.get("accuracy_meters"),
        "country": country,
    }


@pytest.mark.rule("LOC-2")
@pytest.mark.parametrize(
    ("address", "fix", "place"),
    [
        (GERMAN, BERLIN, {"ip": "DE", "gps": "DE", "mismatch": False}),
        (AMERICAN, BERLIN, {"ip": "US", "gps": "DE", "mismatch": True}),
        ("::ffff:8.8.8.8", BERLIN, {"ip": "US", "gps": "DE", "mismatch": True}),
        # Nothing is told of addresses that are nobody's, nor of the sea.
        ("192.168.1.20", BERLIN, {"ip": None, "gps": "DE", "mismatch": None}),
        ("198.51.100.7", BERLIN, {"ip": None, "gps": "DE", "mismatch": None}),
        (AMERICAN, AT_SEA, {"ip": "US", "gps": None, "mismatch": None}),
        ("::1", AT_SEA, {"ip": None, "gps": None, "mismatch": None}),
    ],
)
async def test_a_mismatch_is_told_where_both_countries_are_known(
    api: Api,
    engine: AsyncEngine,
    fleet: Fleet,
    address: str,
    fix: dict[str, float],
    place: dict[str, Any],
) -> None:
    who, customer = await fleet.operator(), await fleet.customer()
    await signed_up(fleet, customer, ip_address=address, **fix)

    await look_up(engine)

    assert (await shown(api, who, customer))["signupLocation"] == {
        "ip": ip(address, place["ip"]),
        "gps": gps(fix, place["gps"]),
        "mismatch": place["mismatch"],
    }


@pytest.mark.rule("LOC-1")
async def test_an_address_or_a_fix_alone_is_looked_up_alone(
    api: Api, engine: AsyncEngine, fleet: Fleet
) -> None:
    who = await fleet.operator()
    by_ip, by_gps, by_neither = [await fleet.customer() for _ in range(3)]
    await signed_up(fleet, by_ip, ip_address=GERMAN)
    await signed_up(fleet, by_gps, **BERLIN)
    await signed_up(fleet, by_neither)

    await look_up(engine)

    found = [(await shown(api, who, id))["signupLocation"] for id in (by_ip, by_gps, by_neither)]
    assert found == [
        {"ip": ip(GERMAN, "DE"), "gps": None, "mismatch": None},
        {"ip": None, "gps": gps(BERLIN, "DE"), "mismatch": None},
        None,
    ]


@pytest.mark.rule("LOC-1")
async def test_a_city_is_told_where_there_is_a_database_of_cities(
    api: Api, engine: AsyncEngine, fleet: Fleet, tmp_path: Path
) -> None:
    record = {"country_code": "US", "state1": "California", "city": "Mountain View"}
    cities = mmdb.write(tmp_path / "cities.mmdb", {"8.8.8.0/24": record})
    who, known, unknown = await fleet.operator(), await fleet.customer(), await fleet.customer()
    await signed_up(fleet, known, ip_address=AMERICAN)
    await signed_up(fleet, unknown, ip_address=GERMAN)

    await look_up(engine, atlas=LocalAtlas(cities))

    found = [(await shown(api, who, id))["signupLocation"]["ip"] for id in (known, unknown)]
    here = {"city": "Mountain View", "region": "California"}
    assert found == [ip(AMERICAN, "US") | here, ip(GERMAN, "DE")]


async def test_a_place_is_looked_up_in_its_own_fleet_only(
    api: Api, engine: AsyncEngine, fleet: Fleet, make: Make
) -> None:
    other = await make.fleet()
    who, customer = await fleet.operator(), await fleet.customer()
    await fleet.row("signup_location", customer_id=customer, ip_address=GERMAN, recorded_at=JOINED)
    await signed_up(other, customer)

    await look_up(engine)

    found = await shown(api, who, customer)
    assert found["signupLocation"]["ip"] == ip(GERMAN, None)
    assert found["phoneLookup"] is None
