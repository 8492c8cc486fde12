"""One customer's time with a fleet: what they have and owe, and the row that is left of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeAlias

from db.demo.fleet import Fleet, Promo
from db.demo.loyalty import Membership
from db.demo.money import BALANCE, Ledger, Line, Operation
from db.demo.people import Card, Person, default_card, write_cards
from db.demo.signals import Identity
from db.demo.world import MINUTE, World, moment
from domain.fare import Fare


@dataclass(slots=True, eq=False)
class Cover:
    """What is left of a plan's period or a package; `row` is its row, whose counts go up."""

    row: list[object]
    used_at: int
    """The place of `rides_used` in the row; that of `minutes_used` is next."""
    expires: int
    rides: int
    minutes: int

    def covers(self, at: int) -> bool:
        return at < self.expires and (self.rides > 0 or self.minutes > 0)

    def use(self, rides: int, minutes: int) -> None:
        self.rides -= rides
        self.minutes -= minutes
        for place, used in ((self.used_at, rides), (self.used_at + 1, minutes)):
            count = self.row[place]
            assert isinstance(count, int)  # noqa: S101  (the row's own column)
            self.row[place] = count + used


class Subscribed(Protocol):
    """A plan that was taken, as far as a life has to know."""

    def cancel(self, at: int, *, immediately: bool) -> None: ...


class Waiting(NamedTuple):
    """A promo that was redeemed and not used yet."""

    promo: Promo
    row: list[object]


@dataclass(slots=True)
class LastRide:
    """The newest ride that ended, as long as it may be refunded."""

    id: str
    row: list[object]
    end: int
    fare: Fare
    paid: tuple[int, int, int, int]
    """From bonus, from balance, by card, left as debt."""
    points: int
    ride_points: int
    """Those of them that were earned with money."""


class Life:
    """The state that the acts of history change."""

    def __init__(self, world: World, fleet: Fleet, person: Person, identity: Identity) -> None:
        self.world, self.fleet, self.person = world, fleet, person
        self.identity = identity
        self.ledger = Ledger(world, fleet.id, person.id)
        program = fleet.spec.loyalty
        self.member = Membership(world, fleet, program, self.ledger) if program else None
        self.covers: list[Cover] = []
        self.waiting: list[Waiting] = []
        self.redeemed: set[str] = set()
        self.subscriptions: list[Subscribed] = []
        self.last: LastRide | None = None
        self.undoable: Line | None = None
        self.rides = self.spent = 0
        self.active_at = 0
        self.blocked: tuple[int, str] | None = None
        self.deleted: int | None = None

    @property
    def balance(self) -> int:
        return self.ledger.balance[BALANCE]

    def act(self, at: int, actor: str | None = None) -> Operation:
        """The customer does something, or somebody else does it for them."""
        if actor is None:
            self.active_at = max(self.active_at, at)
        return self.ledger.operation(at, actor or self.person.id)

    def card(self, at: int) -> Card | None:
        return default_card(self.person, at)

    def close(self) -> None:
        """Write the customer, with sums that the rows bear out (CUS-9)."""
        person, rows = self.person, self.world.rows
        if self.deleted is None:
            write_cards(self.world, self.fleet, person)
        if self.member is not None:
            self.member.close()
        self.ledger.close()
        blocked_at, reason = self.blocked or (None, None)
        rows["customer"].append((
            self.fleet.id, person.id, person.number, person.name, person.email, person.phone,
            person.device, person.locale, person.city.region_id, moment(person.joined),
            _moment(self.active_at // MINUTE * MINUTE or None), _moment(blocked_at), reason,
            _moment(self.deleted), person.stripe_id, self.rides, self.spent,
            self.identity.required, self.identity.status, person.referral_code,
        ))  # fmt: skip


def _moment(at: int | None) -> object:
    return None if at is None else moment(at)


Happening: TypeAlias = tuple[int, int, Callable[[Life, int, Any], None], Any]
"""When, the order within that instant, what happens, and to what."""
