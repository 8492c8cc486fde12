"""What signup tells of a customer: the number, the place, and how far identity is proven."""

from dataclasses import dataclass
from datetime import date

from db.demo.fleet import RISK_THRESHOLD, Fleet
from db.demo.people import Person
from db.demo.world import MINUTE, World, moment
from domain.identity import IdentityDocumentType, IdentityMethod, IdentityStatus
from domain.phone import LineType, NameMatchLevel, PhoneRiskFlag, RiskLevel
from domain.subaccount import IdentityMode

WEIGHTS = {
    PhoneRiskFlag.INVALID_NUMBER: 100,
    PhoneRiskFlag.VOIP_NUMBER: 45,
    PhoneRiskFlag.COUNTRY_MISMATCH: 25,
    PhoneRiskFlag.RECENTLY_PORTED: 25,
    PhoneRiskFlag.PREPAID_CARRIER: 20,
    PhoneRiskFlag.SHARED_NUMBER: 20,
}
"""PHN-2; a mismatch of names weighs by its level."""
NAME_WEIGHTS = {NameMatchLevel.NONE: 30, NameMatchLevel.LOW: 20}
LEVELS = ((25, RiskLevel.LOW), (50, RiskLevel.MEDIUM), (75, RiskLevel.HIGH))
SCORE_MAX = 100
NAME_MATCHES = (
    (0.55, None, None),
    (0.85, NameMatchLevel.EXACT, 100),
    (0.93, NameMatchLevel.HIGH, 91),
    (0.97, NameMatchLevel.PARTIAL, 68),
    (0.99, NameMatchLevel.LOW, 41),
    (1.0, NameMatchLevel.NONE, 8),
)
SUSPICIOUS, PORTED, PREPAID, UNTOLD = 0.012, 0.02, 0.06, 0.04
TUNNELLED, NO_FIX, NO_ADDRESS = 0.025, 0.15, 0.02
DOCUMENTATION = ("192.0.2", "198.51.100", "203.0.113")
"""Networks that are set aside for examples (RFC 5737)."""
HIGH_RADAR = 0.1
DOCUMENTS = tuple(IdentityDocumentType)


@dataclass(slots=True)
class Identity:
    """Where a customer stands at signup; `rides_from` is None for who may not ride yet."""

    required: bool
    status: IdentityStatus
    rides_from: int | None
    row: list[object]


def write_signup(world: World, fleet: Fleet, person: Person) -> RiskLevel:
    """The place and the number of a signup; gives how risky the number is."""
    country = _write_place(world, fleet, person)
    return _write_number(world, fleet, person, country)


def address(world: World) -> str:
    """An internet address out of the networks for examples."""
    return f"{world.one_of(DOCUMENTATION)}.{world.between(1, 255)}"


def _write_place(world: World, fleet: Fleet, person: Person) -> str | None:
    spec, city = fleet.spec, person.city.spec
    internet: tuple[str | None, ...] = (address(world), city.name, city.state, spec.country)
    draw = world.random()
    if draw < TUNNELLED:
        country, town = spec.elsewhere
        internet = address(world), town, None, country
    elif draw < TUNNELLED + NO_ADDRESS:
        internet = None, None, None, None
    fix: tuple[float | str | None, ...] = (None, None, None, None)
    if not world.happens(NO_FIX):
        latitude, longitude = world.one_of(person.city.zones).spot(world)
        fix = latitude, longitude, round(5 + 40 * world.random(), 1), spec.country
    world.rows["signup_location"].append(
        (fleet.id, person.id, *internet, *fix, moment(person.joined))
    )
    known = fix[3] or internet[3]
    return None if known is None else str(known)


def _write_number(world: World, fleet: Fleet, person: Person, country: str | None) -> RiskLevel:
    flags, match, match_score = _flags(world, fleet, country)
    if person.shares_number:
        flags.append(PhoneRiskFlag.SHARED_NUMBER)
    told = bool(flags) or not world.happens(UNTOLD)
    score, level = _risk(flags, match) if told else (None, RiskLevel.UNKNOWN)
    prepaid = PhoneRiskFlag.PREPAID_CARRIER in flags if told else None
    line = LineType.MOBILE if told else LineType.UNKNOWN
    if PhoneRiskFlag.VOIP_NUMBER in flags:
        line = LineType.VOIP
    world.rows["phone_lookup"].append((
        fleet.id, person.id, world.one_of(fleet.spec.carriers) if told else None, line, prepaid,
        fleet.spec.country, score, level, flags, match_score if told else None,
        match if told else None, "twilio", moment(person.joined),
    ))  # fmt: skip
    return level


def _flags(
    world: World, fleet: Fleet, country: str | None
) -> tuple[list[PhoneRiskFlag], NameMatchLevel | None, int | None]:
    flags = []
    suspicious = world.happens(SUSPICIOUS)
    if suspicious:
        flags.append(PhoneRiskFlag.VOIP_NUMBER)
    if suspicious or world.happens(PORTED):
        flags.append(PhoneRiskFlag.RECENTLY_PORTED)
    if fleet.spec.prepaid_countries and world.happens(PREPAID):
        flags.append(PhoneRiskFlag.PREPAID_CARRIER)
    if country not in {None, fleet.spec.country}:
        flags.append(PhoneRiskFlag.COUNTRY_MISMATCH)
    draw = world.random()
    match, match_score = next(found[1:] for found in NAME_MATCHES if draw < found[0])
    if match in NAME_WEIGHTS:
        flags.append(PhoneRiskFlag.NAME_MISMATCH)
    return flags, match, match_score


def _risk(flags: list[PhoneRiskFlag], match: NameMatchLevel | None) -> tuple[int, RiskLevel]:
    total = sum(WEIGHTS.get(flag, 0) for flag in flags)
    if match is not None:
        total += NAME_WEIGHTS.get(match, 0)
    score = min(SCORE_MAX, total)
    above = (level for limit, level in LEVELS if score < limit)
    return score, next(above, RiskLevel.VERY_HIGH)


def identity(world: World, fleet: Fleet, person: Person, risk: RiskLevel, rides: int) -> Identity:
    """Who has to prove who they are, by the fleet's mode (IDV-1); writes what came of it.

    Whoever has rides to come has proven it before the first one.
    """
    mode = fleet.spec.identity_mode
    radar = _radar(world) if mode is IdentityMode.RISK_BASED else None
    risky = risk is RiskLevel.VERY_HIGH or (radar or 0) >= RISK_THRESHOLD
    required = mode is IdentityMode.ALL_USERS or (mode is IdentityMode.RISK_BASED and risky)
    if not required:
        if radar is not None:
            nothing = (None,) * 10
            world.rows["identity_verification"].append((fleet.id, person.id, *nothing, radar))
        return Identity(
            required=False, status=IdentityStatus.NOT_REQUIRED, rides_from=person.joined
        )
    reason = "Every customer of the fleet" if mode is IdentityMode.ALL_USERS else "Risk at signup"
    draw = world.random()
    if rides or draw < 0.25:  # noqa: PLR2004  (a share)
        at = person.joined + world.between(2 * MINUTE, 20 * MINUTE)
        _write_verified(world, fleet, person, (reason, radar, at))
        return Identity(required=True, status=IdentityStatus.VERIFIED, rides_from=at + MINUTE)
    failed = draw < 0.5  # noqa: PLR2004  (a share)
    failure = "The document could not be read." if failed else None
    world.rows["identity_verification"].append(
        (fleet.id, person.id, reason, failure, *(None,) * 8, radar)
    )
    status = IdentityStatus.FAILED if failed else IdentityStatus.PENDING
    return Identity(required=True, status=status, rides_from=None)


def _radar(world: World) -> int:
    if world.happens(HIGH_RADAR):
        return world.between(RISK_THRESHOLD, 90)
    return world.below(RISK_THRESHOLD)


def _write_verified(
    world: World, fleet: Fleet, person: Person, found: tuple[str, int | None, int]
) -> None:
    reason, radar, at = found
    spec, city = fleet.spec, person.city.spec
    written = spec.words.address.format(
        number=world.between(1, 180),
        street=world.one_of(spec.words.streets),
        postcode=world.one_of(city.postcodes),
        city=city.name,
    )
    oldest = moment(at).date().replace(day=1, month=1)
    born = date(oldest.year - world.between(spec.minimum_age + 1, 66), world.between(1, 13), 15)
    world.rows["identity_verification"].append((
        fleet.id, person.id, reason, None, moment(at), False, person.name, born, written,
        world.one_of(DOCUMENTS), IdentityMethod.STRIPE_IDENTITY, None, radar,
    ))  # fmt: skip
