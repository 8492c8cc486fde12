"""Cities on the ground: zones with their rings, journeys between them, and the vehicles."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, radians, sin
from typing import NamedTuple

from db.demo.spec import CitySpec, PlaceSpec
from db.demo.world import DAY, HOUR, MINUTE, SECOND, Row, World, moment, remarked
from domain.ids import Prefix
from domain.vehicle import VehicleStatus

METERS_A_DEGREE = 111_320
CORNERS = 6
RADIUS = 110
"""Meters from a zone's middle to its corners, more or less."""
INSIDE = 0.7
"""Of the radius: a circle that no side of the ring comes into."""
SPEED = 3.9
"""Meters a second, stops included."""
DETOUR = 1.3
FAR = 4500
"""Meters that hardly anybody rides on a scooter."""
SLOT = HOUR // 2
TRIES = 12

REPAIRED, SILENT, KEPT = 0.05, 0.03, 0.01
"""Shares of vehicles in maintenance, offline and reserved."""


class Zone(NamedTuple):
    id: str
    place: PlaceSpec
    stretch: float
    """Degrees of longitude for a degree of latitude, at this latitude."""

    def spot(self, world: World) -> tuple[float, float]:
        """Latitude and longitude of a point inside the ring."""
        angle = 2 * pi * world.random()
        reach = RADIUS * INSIDE * world.random() / METERS_A_DEGREE
        latitude = self.place.latitude + reach * sin(angle)
        longitude = self.place.longitude + reach * cos(angle) * self.stretch
        return round(latitude, 6), round(longitude, 6)


class Journey(NamedTuple):
    """A usual way from zone to zone."""

    start: Zone
    end: Zone
    meters: float
    seconds: float


@dataclass(slots=True)
class Vehicle:
    id: str
    number: int
    """In its city: part of its code."""
    model: str
    status: VehicleStatus
    taken: int = 0
    """One bit for each half hour since the fleet opened."""
    left_at: int = 0
    latitude: float = 0.0
    longitude: float = 0.0


class Motorpool:
    """The vehicles of a city. No two rides share one at the same time (RID-3)."""

    def __init__(self, world: World, vehicles: list[Vehicle]) -> None:
        self._world = world
        self.vehicles = vehicles
        self._end = (world.now - world.opened) // SLOT + 1

    def take(self, start: int, end: int) -> Vehicle | None:
        """A vehicle that is free all the while; None in the rush where none is found."""
        return self._take(self._first(start), (end - self._world.opened) // SLOT)

    def take_now(self, start: int) -> Vehicle | None:
        """A vehicle for a ride that is still under way."""
        for _ in range(TRIES):
            found = self._take(self._first(start), self._end)
            if found is not None and found.status is VehicleStatus.AVAILABLE:
                found.status = VehicleStatus.IN_USE
                return found
        return None

    def _first(self, start: int) -> int:
        """From when on nobody else has the vehicle, however early a copy rides it."""
        return (start - self._world.leeway - self._world.opened) // SLOT

    def _take(self, first: int, last: int) -> Vehicle | None:
        slots = ((2 << (last - first)) - 1) << first
        for _ in range(TRIES):
            vehicle = self._world.one_of(self.vehicles)
            if not vehicle.taken & slots:
                vehicle.taken |= slots
                return vehicle
        return None


class City:
    """A region of a fleet, ready to be ridden in."""

    def __init__(
        self, world: World, subaccount_id: str, spec: CitySpec, models: Sequence[str]
    ) -> None:
        """Of each model named, one vehicle."""
        self.spec = spec
        self.region_id = world.new_id(Prefix.REGION, world.opened)
        world.rows["region"].append((subaccount_id, self.region_id, spec.name))
        self.zones = [_zone(world, subaccount_id, place) for place in spec.places]
        self.journeys = _journeys(self.zones)
        self.motorpool = Motorpool(
            world,
            [
                _vehicle(world, subaccount_id, self, number, model)
                for number, model in enumerate(models, 1)
            ],
        )

    def copied_vehicles(self, world: World, subaccount_id: str, turn: int) -> list[Row]:
        """What copies ride in this turn: a copy of each vehicle, parked in a place of its own."""
        vehicles = self.motorpool.vehicles
        return [
            _row(world, subaccount_id, self, _copied(vehicle, len(vehicles), turn))
            for vehicle in vehicles
        ]


def _zone(world: World, subaccount_id: str, place: PlaceSpec) -> Zone:
    zone_id = world.new_id(Prefix.ZONE, world.opened)
    stretch = 1 / cos(radians(place.latitude))
    ring = []
    for corner in range(CORNERS):
        angle = 2 * pi * corner / CORNERS
        reach = RADIUS * (0.9 + 0.3 * world.random()) / METERS_A_DEGREE
        longitude = place.longitude + reach * cos(angle) * stretch
        ring.append([round(longitude, 6), round(place.latitude + reach * sin(angle), 6)])
    ring.append(ring[0])
    described = place.name, place.preferred, place.reward, place.multiplier
    world.rows["zone"].append((subaccount_id, zone_id, *described, json.dumps(ring)))
    return Zone(zone_id, place, stretch)


def _journeys(zones: list[Zone]) -> list[Journey]:
    """Every way that is not too far, and a few round trips."""
    found = []
    for start in zones:
        for end in zones:
            north = (end.place.latitude - start.place.latitude) * METERS_A_DEGREE
            east = (end.place.longitude - start.place.longitude) * METERS_A_DEGREE / start.stretch
            meters = hypot(north, east) * DETOUR if start is not end else FAR / 3
            if meters < FAR:
                found.append(Journey(start, end, meters, meters / SPEED))
    return found


def _vehicle(world: World, subaccount_id: str, city: City, number: int, model: str) -> Vehicle:
    vehicle_id = world.new_id(Prefix.VEHICLE, world.opened - world.below(20 * DAY))
    draw = world.random()
    if draw < REPAIRED:
        status = VehicleStatus.MAINTENANCE
    elif draw < REPAIRED + SILENT:
        status = VehicleStatus.OFFLINE
    else:
        reserved = draw < REPAIRED + SILENT + KEPT
        status = VehicleStatus.RESERVED if reserved else VehicleStatus.AVAILABLE
    vehicle = Vehicle(vehicle_id, number, model, status)
    world.rows["vehicle"].append(_row(world, subaccount_id, city, vehicle))
    return vehicle


def _copied(vehicle: Vehicle, vehicles: int, turn: int) -> Vehicle:
    """Nobody rides it yet."""
    riding = vehicle.status is VehicleStatus.IN_USE
    status = VehicleStatus.AVAILABLE if riding else vehicle.status
    number = vehicle.number + turn * vehicles
    return Vehicle(remarked(vehicle.id, turn), number, vehicle.model, status)


def _row(world: World, subaccount_id: str, city: City, vehicle: Vehicle) -> Row:
    """A vehicle somewhere in the city, which sends a signal now and then."""
    silent = vehicle.status is VehicleStatus.OFFLINE
    silence = world.between(2 * DAY, 9 * DAY) if silent else 0
    signal = world.now - silence - world.between(20 * SECOND, 25 * MINUTE)
    vehicle.latitude, vehicle.longitude = world.one_of(city.zones).spot(world)
    return (
        subaccount_id, vehicle.id, f"{city.spec.code}-{vehicle.number:04d}", _imei(world),
        vehicle.model, vehicle.status.value, world.between(15, 101), moment(signal),
        vehicle.latitude, vehicle.longitude, moment(world.opened - vehicle.number * MINUTE),
    )  # fmt: skip


def _imei(world: World) -> str:
    """Fifteen digits that add up; those that begin with 00 belong to no real device."""
    digits = f"00{world.below(10**12):012d}"
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(digits)]
    total = sum(value // 10 + value % 10 for value in doubled)
    return f"{digits}{-total % 10}"
