"""One customer's time with a fleet: what they have and owe, and the row that is left of it."""

from collections.abc import Callable
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Any, NamedTuple, Protocol, TypeAlias

from db.demo.columns import place
from db.demo.fleet import Fleet, Promo
from db.demo.identity import Identity
from db.demo.loyalty import Membership
from db.demo.money import BALANCE, Ledger, Line, Operation
from db.demo.people import Card, Person, default_card, write_cards
from db.demo.world import DAY, MINUTE, World, moment
from domain.actor import system
from domain.fare import Fare
from domain.wallet import WalletTransactionKind

SAVED = place("promo_redemption", "discount_value")
REFERRER = system("referrals")


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
        for column, used in ((self.used_at, rides), (self.used_at + 1, minutes)):
            count = self.row[column]
            assert isinstance(count, int)  # noqa: S101  (the row's own column)
            self.row[column] = count + used


class Subscribed(Protocol):
    """A plan that was taken, as far as a life has to know."""

    def cancel(self, at: int, *, immediately: bool) -> None: ...


@dataclass(slots=True, eq=False)
class Waiting:
    """A promo that was redeemed and not used yet."""

    promo: Promo
    row: list[object]

    def apply(self, saved: int, target: str, column: str = "ride_id") -> None:
        """It is used now, on a ride or on something bought."""
        self.row[SAVED], self.row[place("promo_redemption", column)] = saved, target


@dataclass(slots=True, eq=False)
class Referral:
    """Who brought a customer; paid at the first ride that costs something (LOY-9)."""

    referee_id: str
    created: int
    disqualified: bool = False
    rewarded: int | None = None

    def reward(self, life: "Life", at: int) -> None:
        """The new customer's part; the friend gets theirs when their life is told."""
        if self.disqualified:
            return
        operation = life.ledger.operation(at, REFERRER)
        amount = life.fleet.spec.referee_reward
        kind = WalletTransactionKind.REFERRAL_REWARD
        life.ledger.post(operation, BALANCE, kind, amount)
        self.rewarded = operation.at


@dataclass(slots=True)
class LastRide:
    """The newest ride that ended, as long as it may be refunded."""

    id: str
    row: list[object]
    end: int
    fare: Fare
    paid: tuple[int, int, int, int]
    """From bonus, from balance, by card, left as debt."""
    points: int = 0
    ride_points: int = 0
    """Those of them that were earned with money."""


Act: TypeAlias = "Callable[[Life, int, Any], object]"
"""What happens: to whom, when, and with what."""


class Happening(NamedTuple):
    """Something at an instant; those of the same one keep the order they were planned in."""

    at: int
    order: int
    act: Act
    what: object


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
        self.referral: Referral | None = None
        self.undoable: Line | None = None
        self.rides = self.spent = 0
        self.active_at = 0
        self.blocked: tuple[int, str] | None = None
        self.deleted: int | None = None
        self._coming: list[Happening] = []
        self._planned = 0

    def add(self, at: int, act: Act, what: object = None) -> None:
        """Plan something, if history reaches that far."""
        if self.person.joined < at < self.world.today:
            self._planned += 1
            heappush(self._coming, Happening(at, self._planned, act, what))

    def live(self) -> None:
        """Let everything happen in its order, with what it leads to."""
        while self._coming:
            at, _, act, what = heappop(self._coming)
            act(self, at, what)

    @property
    def balance(self) -> int:
        return self.ledger.balance[BALANCE]

    def act(self, at: int, actor: str | None = None) -> Operation:
        """The customer does something, or somebody else does it for them."""
        if actor is None:
            self.active_at = max(self.active_at, at)
        return self.ledger.operation(at, actor or self.person.id)

    @property
    def slack(self) -> int:
        """How much earlier all of this life may be, without any rule noticing."""
        return DAY if self.member is None else self.member.slack

    def card(self, at: int) -> Card | None:
        return default_card(self.person, at)

    def close(self) -> None:
        """Write the customer, with sums that the rows bear out (CUS-9)."""
        person, rows = self.person, self.world.rows
        if self.deleted is None:
            write_cards(self.world, self.fleet, person)
        if self.member is not None:
            self.member.close()
        self.ledger.close(deleted=self.deleted is not None)
        self.identity.write(self.world)
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
