"""The whole demo, told fleet by fleet and customer by customer, in parts of a bounded size."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from db.demo import friends, ordinary, showcase
from db.demo.fleet import Fleet
from db.demo.florida import FLORIDA
from db.demo.germany import GERMANY
from db.demo.identity import at_signup
from db.demo.life import Life
from db.demo.people import person
from db.demo.signals import write_signup
from db.demo.tokyo import TOKYO
from db.demo.world import HOUR, Row, Rows, World
from domain.access import Role
from domain.ids import Prefix

CUSTOMERS_MIN = 200
"""Fewer would not fill the lists."""
TOGETHER = 500
"""Customers told at a time; whoever brought them is among them."""
GROWTH = 1 / 1.5
"""Below one: more customers come every month."""
IMPORT_DAYS = 2
WAKING, AWAKE = 7 * HOUR, 16 * HOUR
STAFF = (
    (Role.SUPER_ADMIN, "Grace Whitfield", "en-US"),
    (Role.GLOBAL_ADMIN, "Henrik Lindqvist", None),
    (Role.ADMIN, "Jana Petersen", "de-DE"),
    (Role.FLEET_MANAGER, "Marcus Oyelaran", "en-US"),
    (Role.CUSTOMER_SUPPORT, "Lucía Ferrer", "es-ES"),
    (Role.ANALYST, "山本 千尋", "ja-JP"),
    (Role.SERVICE_TECH, "Tobias Krüger", "de-DE"),
    (Role.VIEWER, "Claire Dumont", "fr-FR"),
)
ASSIGNED = {Role.SUPER_ADMIN: 0, Role.SERVICE_TECH: 2, Role.VIEWER: 2}
"""To how many of the fleets, where not to all: it takes no assignment to be Super Admin."""


class DemoOperator(NamedTuple):
    id: str
    role: Role
    subject: str


@dataclass(frozen=True, slots=True)
class Demo:
    """Whom and what to look at."""

    subaccount_ids: tuple[str, ...]
    operators: tuple[DemoOperator, ...]
    customer_id: str
    customer_subaccount_id: str
    rider_customer_id: str
    rider_subject: str


class Story:
    """The same for the same customers, seed and day; only what goes on now follows the clock."""

    def __init__(self, customers: int, seed: int, now: datetime) -> None:
        if customers < CUSTOMERS_MIN:
            message = f"a demo has {CUSTOMERS_MIN} customers or more"
            raise ValueError(message)
        self.world = World(seed, now)
        self._operators = tuple(
            DemoOperator(self.world.new_id(Prefix.OPERATOR, self.world.opened), role, role.value)
            for role, _, _ in STAFF
        )
        self.world.staff = {operator.role: operator.id for operator in self._operators}
        self.fleets = [Fleet(self.world, spec, customers) for spec in (FLORIDA, GERMANY, TOKYO)]
        self._interesting = ""

    def tell(self, issuer: str, rider_issuer: str) -> Iterator[Rows]:
        """Rows in parts; each part refers to itself and to those before it."""
        self._write_staff(issuer)
        for fleet in self.fleets:
            for first in range(1, fleet.customers + 1, TOGETHER):
                self._tell(fleet, range(first, min(first + TOGETHER, fleet.customers + 1)))
                yield self.world.handed_over()
        rider = self.fleets[0].id, rider_issuer, self._interesting, self._interesting
        self.world.rows["rider"].append(rider)
        yield self.world.handed_over()

    def demo(self) -> Demo:
        """Whom to look at, once all was told."""
        fleets, customer = tuple(fleet.id for fleet in self.fleets), self._interesting
        return Demo(fleets, self._operators, customer, fleets[0], customer, customer)

    def vehicles(self) -> list[Row]:
        """Where rides left the vehicles that were ridden: status, place, fleet and id."""
        return [
            (vehicle.status, vehicle.latitude, vehicle.longitude, fleet.id, vehicle.id)
            for fleet in self.fleets
            for city in fleet.cities
            for vehicle in city.motorpool.vehicles
            if vehicle.taken
        ]

    def promos(self) -> list[Row]:
        """How often each code was redeemed: count, fleet and id."""
        return [
            (promo.redemptions, fleet.id, promo.id)
            for fleet in self.fleets
            for promo in fleet.promos
        ]

    def _write_staff(self, issuer: str) -> None:
        rows = self.world.rows
        for operator, (role, name, locale) in zip(self._operators, STAFF, strict=True):
            email = f"{role.value.lower().replace('_', '.')}@kickstand.example"
            rows["operator"].append(
                (operator.id, issuer, operator.subject, name, email, role, locale)
            )
            reach = ASSIGNED.get(role, len(self.fleets))
            rows["operator_assignment"] += [
                (fleet.id, operator.id) for fleet in self.fleets[:reach]
            ]

    def _tell(self, fleet: Fleet, numbers: range) -> None:
        """The youngest first: what they pay a friend is known before the friend is told."""
        lives = [self._born(fleet, number) for number in numbers]
        brought = friends.befriend(self.world, lives, self._known(fleet))
        for life in reversed(lives):
            friends.plan_rewards(life, brought[life.person.id])
            life.live()
            set_off = showcase.set_off if self._shown(life) else ordinary.set_off
            set_off(life)
            life.close()

    def _born(self, fleet: Fleet, number: int) -> Life:
        made = person(self.world, fleet, number, self._joined(fleet, number))
        shown = fleet is self.fleets[0] and number == showcase.NUMBER
        if shown:
            self._interesting = made.id
            made = showcase.person(self.world, fleet, made)
        rides = ordinary.rides_wanted(self.world)
        if fleet is self.fleets[0]:
            rides = showcase.rides_of(number, rides)
        risk = write_signup(self.world, fleet, made)
        identity = at_signup(self.world, fleet, made, risk, rides)
        life = Life(self.world, fleet, made, identity)
        if shown:
            showcase.plan(life)
        else:
            faithful = friends.is_promoter(number) or self._known(fleet).get(number) is not None
            ordinary.plan(life, rides, faithful=faithful)
        return life

    def _known(self, fleet: Fleet) -> dict[int, int]:
        return showcase.FRIENDSHIPS if fleet is self.fleets[0] else {}

    def _shown(self, life: Life) -> bool:
        return life.person.id == self._interesting

    def _joined(self, fleet: Fleet, number: int) -> int:
        """In waking hours, later for every number."""
        days, early = fleet.days.of(self.world.today) - 1, fleet.imported
        place = number - 1 + self.world.random()
        if place < early:
            day, rest = divmod(place / early * IMPORT_DAYS, 1)
        else:
            share = (place - early) / (fleet.customers - early)
            day, rest = divmod(IMPORT_DAYS + share**GROWTH * (days - IMPORT_DAYS), 1)
        return fleet.days.midnights[1 + int(day)] + WAKING + int(rest * AWAKE)
