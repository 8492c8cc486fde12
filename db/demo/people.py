"""Who the customers are: names, addresses and cards that nobody has."""

from dataclasses import dataclass
from functools import cache
from unicodedata import combining, normalize

from db.demo.fleet import Fleet
from db.demo.ground import City
from db.demo.spec import PeopleSpec, PhoneRange
from db.demo.world import DAY, MINUTE, World, moment
from domain.customer import DeviceOs
from domain.ids import ALPHABET, Prefix
from domain.payment_method import PaymentMethodType, PaymentMethodVerification

LETTERS = str.maketrans({
    "ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ø": "o", "'": "",
})  # fmt: skip
STRIDE = 7919
"""A prime, so that neighbours in the list of customers have numbers far apart."""
CODE_STRIDE = 0x5A3C_91D7
CODE_LETTERS = 7
WITH_CARD, EXPIRED_CARD, SECOND_CARD = 0.72, 0.05, 0.15
SHARED_NUMBER = 0.006
IOS, ANDROID = 0.52, 0.97
FOREVER = 2**60


@dataclass(slots=True)
class Card:
    """A saved card; `until` is the first instant at which it is expired (PAY-1)."""

    id: str
    type: PaymentMethodType
    brand: str | None
    last4: str
    month: int
    year: int
    added: int
    until: int
    is_default: bool

    def valid(self, at: int) -> bool:
        return self.added <= at < self.until


@dataclass(slots=True)
class Person:
    """A customer as they signed up."""

    id: str
    number: int
    name: str
    email: str
    phone: str
    shares_number: bool
    locale: str
    city: City
    device: DeviceOs
    joined: int
    cards: list[Card]
    stripe_id: str | None
    referral_code: str


def person(world: World, fleet: Fleet, number: int, joined: int) -> Person:
    """Somebody of the fleet's own kind of people."""
    people = _people(world, fleet)
    name, email = named(world, people, number)
    customer_id = world.new_id(Prefix.CUSTOMER, joined)
    cards = _cards(world, fleet, joined)
    shared = number > 1 and world.happens(SHARED_NUMBER)
    return Person(
        id=customer_id,
        number=number,
        name=name,
        email=email,
        phone=phone(fleet.spec.phones, number, shared=shared),
        shares_number=shared,
        locale=people.locale,
        city=world.one_of(fleet.cities),
        device=_device(world),
        joined=joined,
        cards=cards,
        stripe_id=world.foreign_id("cus_") if cards else None,
        referral_code=referral_code(number),
    )


def named(world: World, people: PeopleSpec, number: int) -> tuple[str, str]:
    """A name, and an address that is made of it and of the number."""
    given, spelled_given = _spelled(world.one_of(people.given))
    family, spelled_family = _spelled(world.one_of(people.family))
    name = f"{family} {given}" if people.family_first else f"{given} {family}"
    return name, f"{spelled_given}.{spelled_family}{number}@{world.one_of(people.domains)}"


def phone(ranges: tuple[PhoneRange, ...], number: int, *, shared: bool) -> str:
    """The telephone of the customer with this number, or of the one before; no two have the same.

    `ValueError` where there are more customers than telephones.
    """
    index = number - (2 if shared else 1)
    for lines in ranges:
        prefixes = len(lines.prefixes)
        if index < prefixes * lines.lines:
            line = lines.first + index // prefixes * STRIDE % lines.lines
            return f"{lines.prefixes[index % prefixes]}{line:0{lines.digits}d}"
        index -= prefixes * lines.lines
    message = "there are more customers than telephones for them"
    raise ValueError(message)


def referral_code(number: int) -> str:
    """Seven letters and digits; an odd factor gives every number a code of its own."""
    scrambled = number * CODE_STRIDE % (1 << 5 * CODE_LETTERS)
    letters = (ALPHABET[scrambled >> shift & 31] for shift in range(30, -1, -5))
    return "".join(letters).upper()


def write_cards(world: World, fleet: Fleet, person: Person) -> None:
    world.rows["payment_method"] += [
        (
            fleet.id, card.id, person.id, card.type, card.brand, card.last4, card.month, card.year,
            card.is_default, _verification(world), world.foreign_id("pm_"), moment(card.added),
        )
        for card in person.cards
    ]  # fmt: skip


def default_card(person: Person, at: int) -> Card | None:
    """The card that may be charged."""
    for card in person.cards:
        if card.is_default and card.valid(at):
            return card
    return None


def card(world: World, fleet: Fleet, added: int, *, expired: bool) -> Card:
    """A card that is valid for years, or one that expired some months ago."""
    if expired:
        day = fleet.days.of(world.today) - world.between(35, 150)
        month = fleet.days.month(day)
        year, next_month = month.year + month.month // 12, month.month % 12 + 1
        until = fleet.days.midnights[fleet.days.number(month.replace(year=year, month=next_month))]
    else:
        month = moment(world.today).date().replace(month=world.between(1, 13), day=1)
        month = month.replace(year=month.year + world.between(1, 5))
        until = FOREVER
    kind = PaymentMethodType.CARD
    if world.happens(0.25):
        kind = world.one_of((PaymentMethodType.APPLE_PAY, PaymentMethodType.GOOGLE_PAY))
    return Card(
        id=world.new_id(Prefix.PAYMENT_METHOD, added),
        type=kind,
        brand=world.one_of(fleet.spec.card_brands),
        last4=f"{world.below(10_000):04d}",
        month=month.month,
        year=month.year,
        added=added,
        until=until,
        is_default=True,
    )


def _cards(world: World, fleet: Fleet, joined: int) -> list[Card]:
    if not world.happens(WITH_CARD):
        return []
    added = joined + world.between(MINUTE, 9 * MINUTE)
    expired = joined < world.today - 200 * DAY and world.happens(EXPIRED_CARD)
    cards = [card(world, fleet, added, expired=expired)]
    if world.happens(SECOND_CARD):
        later = world.between(added + MINUTE, world.today)
        spare = card(world, fleet, later, expired=False)
        spare.is_default = False
        cards.append(spare)
    return cards


def _people(world: World, fleet: Fleet) -> PeopleSpec:
    draw = world.random()
    for people in fleet.spec.people:
        draw -= people.share
        if draw < 0:
            return people
    return fleet.spec.people[0]


@cache
def _spelled(name: str) -> tuple[str, str]:
    """A name as its owner writes it, and with the letters that an address takes."""
    written, _, spelled = name.partition(":")
    if spelled:
        return written, spelled
    plain = normalize("NFKD", name.translate(LETTERS))
    kept = "".join(letter for letter in plain if not combining(letter))
    return written, kept.encode("ascii", "ignore").decode().lower()


def _device(world: World) -> DeviceOs:
    draw = world.random()
    if draw < IOS:
        return DeviceOs.IOS
    return DeviceOs.ANDROID if draw < ANDROID else DeviceOs.UNKNOWN


def _verification(world: World) -> PaymentMethodVerification:
    if world.happens(0.9):
        return PaymentMethodVerification.VERIFIED
    return PaymentMethodVerification.UNVERIFIED
