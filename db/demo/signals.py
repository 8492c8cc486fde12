"""What a signup tells of a customer: the place and the number."""

from db.demo.fleet import Fleet
from db.demo.people import Person
from db.demo.world import World, moment
from domain.name import NameMatch
from domain.phone import NAME_WEIGHTS, LineType, PhoneRiskFlag, RiskLevel, level_of, score_of

NAME_MATCHES = (
    (0.55, None),
    (0.85, NameMatch(100)),
    (0.93, NameMatch(91)),
    (0.97, NameMatch(68)),
    (0.99, NameMatch(41)),
    (1.0, NameMatch(8)),
)
SUSPICIOUS, PORTED, PREPAID, UNTOLD = 0.012, 0.02, 0.06, 0.04
TUNNELLED, NO_FIX, NO_ADDRESS = 0.025, 0.15, 0.02
DOCUMENTATION = ("192.0.2", "198.51.100", "203.0.113")
"""Networks that are set aside for examples (RFC 5737)."""


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
    flags, match = _flags(world, fleet, country)
    if person.shares_number:
        flags.append(PhoneRiskFlag.SHARED_NUMBER)
    told = bool(flags) or not world.happens(UNTOLD)
    prepaid = PhoneRiskFlag.PREPAID_CARRIER in flags if told else None
    line = LineType.MOBILE if told else LineType.UNKNOWN
    if PhoneRiskFlag.VOIP_NUMBER in flags:
        line = LineType.VOIP
    score = score_of(flags, line, match)
    level = level_of(score)
    names = (match.score, match.level) if told and match else (None, None)
    world.rows["phone_lookup"].append((
        fleet.id, person.id, world.one_of(fleet.spec.carriers) if told else None, line, prepaid,
        fleet.spec.country, score, level, flags, *names, "twilio", moment(person.joined),
    ))  # fmt: skip
    return level


def _flags(
    world: World, fleet: Fleet, country: str | None
) -> tuple[list[PhoneRiskFlag], NameMatch | None]:
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
    match = next(match for limit, match in NAME_MATCHES if draw < limit)
    if match is not None and match.level in NAME_WEIGHTS:
        flags.append(PhoneRiskFlag.NAME_MISMATCH)
    return flags, match
