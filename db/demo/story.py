"""The whole demo, told fleet by fleet and customer by customer, in parts of a bounded size."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from db.demo import copies, friends, ordinary, showcase
from db.demo.copies import Original
from db.demo.fleet import Fleet, Size
from db.demo.florida import FLORIDA
from db.demo.germany import GERMANY
from db.demo.identity import at_signup
from db.demo.life import Life
from db.demo.people import person
from db.demo.signals import write_signup
from db.demo.spec import FleetSpec
from db.demo.tokyo import TOKYO
from db.demo.world import AWAKE, IMPORT_DAYS, WAKING, Row, Rows, World, moment
from domain.access import Role
from domain.customer import DeviceOs
from domain.ids import Prefix

CUSTOMERS_MIN = 200
"""Fewer would not fill the lists."""
CUSTOMERS_MAX = 2_000_000
"""More would need more telephone numbers that are nobody's."""
TOLD_MAX = 10_000
"""How many customers are told of one by one; a bigger demo is theirs and copies of them."""
TOGETHER = 500
"""Customers told at a time; whoever brought them is among them."""
ALONE_MIN = 50
"""The interesting customer and friends: nobody's life is a copy of theirs."""
VEHICLES_MIN, CUSTOMERS_A_VEHICLE = 100, 40
FLEETS = {"florida": FLORIDA, "germany": GERMANY, "tokyo": TOKYO}
GROWTH = 1 / 1.5
"""Below one: more customers come every month."""
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

    def __init__(
        self,
        customers: int,
        seed: int,
        now: datetime,
        *,
        fleets: Sequence[str] = (),
        told_max: int = TOLD_MAX,
    ) -> None:
        """Of these of `FLEETS`, or of all; it tells of no more than `told_max`, give or take."""
        if not CUSTOMERS_MIN <= customers <= CUSTOMERS_MAX:
            message = f"a demo has {CUSTOMERS_MIN} customers or more, up to {CUSTOMERS_MAX}"
            raise ValueError(message)
        self.world = World(seed, now, turns=-(-customers // told_max))
        self._seed = seed
        self._operators = tuple(
            DemoOperator(self.world.new_id(Prefix.OPERATOR, self.world.opened), role, role.value)
            for role, _, _ in STAFF
        )
        self.world.staff = {operator.role: operator.id for operator in self._operators}
        self.fleets = self._open(
            [FLEETS[name] for name in dict.fromkeys(fleets or FLEETS)], customers
        )
        self._interesting = ""
        self._originals: dict[str, list[Original]] = {fleet.id: [] for fleet in self.fleets}

    def tell(self, issuer: str, rider_issuer: str) -> Iterator[Rows]:
        """Rows in parts; each part refers to itself and to those before it."""
        self._write_staff(issuer)
        for fleet in self.fleets:
            for numbers in _batches(fleet):
                self._tell(fleet, numbers)
                yield self.world.handed_over()
            for turn in range(1, self.world.turns):
                fleet.write_vehicles(turn)
            yield self.world.handed_over()
        rider = self.fleets[0].id, rider_issuer, self._interesting, self._interesting
        self.world.rows["rider"].append(rider)
        self.world.rows["device"].append((
            self.fleets[0].id, showcase.PHONE, self._interesting, DeviceOs.IOS, showcase.LOCALE,
            None, None, moment(self.world.today),
        ))  # fmt: skip
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

    def deal(self) -> Iterator[list[Row]]:
        """Who everybody is where lives are copied, once all was told; chance begins anew."""
        world = World(self._seed, moment(self.world.now), self.world.turns)
        for fleet in self.fleets:
            yield from copies.deal(world, fleet, self._originals[fleet.id])

    def _open(self, specs: Sequence[FleetSpec], customers: int) -> list[Fleet]:
        """What is told of each fleet, so that it has its share of the customers in the end."""
        whole, turns = sum(spec.weight for spec in specs), self.world.turns
        vehicles = VEHICLES_MIN + customers // turns // CUSTOMERS_A_VEHICLE
        opened, weight, before = [], 0, 0
        for spec in specs:
            weight += spec.weight
            share, before = customers * weight // whole - before, customers * weight // whole
            again = max(0, share - ALONE_MIN) // turns if turns > 1 else 0
            size = Size(
                share - (turns - 1) * again, share - turns * again, vehicles * spec.weight // whole
            )
            opened.append(Fleet(self.world, spec, size))
        return opened

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
        self._originals[fleet.id] += [Original(life.person, life.slack) for life in lives]

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


def _batches(fleet: Fleet) -> Iterator[range]:
    """Numbers to be told of together; those who are not copied are not among others."""
    after = fleet.customers + 1
    for first, limit in ((1, fleet.alone + 1), (fleet.alone + 1, after)):
        for number in range(first, limit, TOGETHER):
            yield range(number, min(number + TOGETHER, limit))
