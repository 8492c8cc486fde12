"""How far it is proven who a customer is."""

from dataclasses import dataclass
from datetime import date

from db.demo.columns import COLUMNS, place
from db.demo.fleet import RISK_THRESHOLD, Fleet
from db.demo.people import Person
from db.demo.world import MINUTE, World, moment
from domain.identity import IdentityDocumentType, IdentityMethod, IdentityStatus
from domain.phone import RiskLevel
from domain.subaccount import IdentityMode

TABLE = "identity_verification"
REASON, FAILURE = place(TABLE, "required_reason"), place(TABLE, "failure_reason")
VERIFIED_AT, NOTES = place(TABLE, "verified_at"), place(TABLE, "notes")
METHOD, RISK_SCORE = place(TABLE, "method"), place(TABLE, "risk_score")
DOCUMENTS = tuple(IdentityDocumentType)
HIGH_RADAR = 0.1
VERIFIED_FIRST, FAILED = 0.25, 0.3
"""Shares of those who have no ride yet."""
EVERYONE, RISKY = "Required of every customer", "Risk at signup"
UNREADABLE = "The document could not be read."


@dataclass(slots=True)
class Identity:
    """Where a customer stands; `rides_from` is None for who may not ride yet."""

    required: bool
    status: IdentityStatus
    rides_from: int | None
    row: list[object]

    def write(self, world: World) -> None:
        """Leave a row of those of whom anything is known."""
        if any(value is not None for value in self.row[REASON:]):
            world.rows[TABLE].append(self.row)


def at_signup(world: World, fleet: Fleet, person: Person, risk: RiskLevel, rides: int) -> Identity:
    """Who has to prove who they are, by the fleet's mode, and what came of it (IDV-1).

    Whoever has rides to come has proven it before the first one.
    """
    mode = fleet.spec.identity_mode
    row: list[object] = [fleet.id, person.id, *[None] * (len(COLUMNS[TABLE]) - 2)]
    radar = _radar(world)
    if mode is IdentityMode.RISK_BASED:
        row[RISK_SCORE] = radar
    risky = risk is RiskLevel.VERY_HIGH or radar >= RISK_THRESHOLD
    if mode is IdentityMode.DISABLED or (mode is IdentityMode.RISK_BASED and not risky):
        return Identity(False, IdentityStatus.NOT_REQUIRED, person.joined + MINUTE, row)  # noqa: FBT003
    row[REASON] = EVERYONE if mode is IdentityMode.ALL_USERS else RISKY
    found = Identity(required=True, status=IdentityStatus.PENDING, rides_from=None, row=row)
    if rides or world.happens(VERIFIED_FIRST):
        at = person.joined + world.between(2 * MINUTE, 20 * MINUTE)
        show_document(world, fleet, person, found, at)
    elif world.happens(FAILED):
        found.status, row[FAILURE] = IdentityStatus.FAILED, UNREADABLE
    return found


def show_document(world: World, fleet: Fleet, person: Person, identity: Identity, at: int) -> None:
    """A document that is good."""
    spec, city = fleet.spec, person.city.spec
    address = spec.words.address.format(
        number=world.between(1, 180),
        street=world.one_of(spec.words.streets),
        postcode=world.one_of(city.postcodes),
        city=city.name,
    )
    youngest = moment(at).year - spec.minimum_age - 1
    born = date(youngest - world.below(48), world.between(1, 13), world.between(1, 29))
    identity.status, identity.rides_from = IdentityStatus.VERIFIED, at + MINUTE
    identity.row[VERIFIED_AT:RISK_SCORE] = [
        moment(at), False, person.name, born, address, world.one_of(DOCUMENTS),
        IdentityMethod.STRIPE_IDENTITY, None,
    ]  # fmt: skip


def _radar(world: World) -> int:
    """A score as the payment provider gives it; most are low."""
    if world.happens(HIGH_RADAR):
        return world.between(RISK_THRESHOLD, 90)
    return world.below(RISK_THRESHOLD)
