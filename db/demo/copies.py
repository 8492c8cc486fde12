"""Customers who are not told of one by one: each lives a life that was told of somebody else.

A copy has a name, a number and addresses of its own, and joined within days of the original. What
happened to it afterwards is the original's life, up to `LEEWAY` earlier: see `db.demo.copying`.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from db.demo.fleet import Fleet
from db.demo.people import Person, named, phone, referral_code
from db.demo.world import AWAKE, IMPORT_DAYS, MINUTE, WAKING, Row, World, mark
from domain.ids import Prefix

DAYS_BEFORE = 3
"""How many days before the original a copy joins, at most."""
FIRST_DAY = 1 + IMPORT_DAYS
"""Of those who joined by themselves."""


class Original(NamedTuple):
    """Somebody who was told of, and how much earlier that life may be."""

    person: Person
    slack: int


class Copy(NamedTuple):
    """Somebody who lives that life in some turn; in the first, it is the original."""

    joined: int
    original: Original
    turn: int
    earlier: int


def deal(world: World, fleet: Fleet, originals: Sequence[Original]) -> Iterator[list[Row]]:
    """The rows of `copied` for everybody in the fleet as they joined, a day at a time.

    Originals come as they joined. They are dealt numbers, too: the copies joined among them.
    """
    joined: dict[int, list[Copy]] = defaultdict(list)
    number = 0
    for original in originals:
        reached = fleet.days.of(original.person.joined)
        for turn in range(world.turns if original.person.number > fleet.alone else 1):
            copy = _copy(world, fleet, original, turn)
            joined[fleet.days.of(copy.joined)].append(copy)
        for day in sorted(day for day in joined if day < reached - DAYS_BEFORE):
            yield _rows(world, fleet, joined[day], number)
            number += len(joined.pop(day))
    for day in sorted(joined):
        yield _rows(world, fleet, joined[day], number)
        number += len(joined[day])


def _copy(world: World, fleet: Fleet, original: Original, turn: int) -> Copy:
    """Joins in waking hours, and not before the fleet's own customers did."""
    at = original.person.joined
    if not turn:
        return Copy(at, original, turn, 0)
    most = min(world.leeway, original.slack) // MINUTE
    earlier = world.below(most + 1) * MINUTE
    day = fleet.days.of(at)
    back = min(world.below(DAYS_BEFORE + 1), max(0, day - FIRST_DAY))
    if back:
        joined = fleet.days.midnights[day - back] + WAKING + world.below(AWAKE)
    else:
        joined = at - earlier
    return Copy(joined, original, turn, earlier)


def _rows(world: World, fleet: Fleet, copies: list[Copy], number: int) -> list[Row]:
    copies.sort(key=lambda copy: (copy.joined, copy.original.person.number, copy.turn))
    return [_row(world, fleet, copy, number) for number, copy in enumerate(copies, number + 1)]


def _row(world: World, fleet: Fleet, copy: Copy, number: int) -> Row:
    (joined, (person, _), turn, earlier) = copy
    if turn:
        id = world.new_id(Prefix.CUSTOMER, joined)
        name, email = _renamed(world, fleet, person, number)
    else:
        id, name, email = person.id, person.name, _renumbered(person.email, number)
    return (
        fleet.id, person.id, id, mark(turn), timedelta(milliseconds=earlier),
        timedelta(milliseconds=person.joined - joined), number, name, email,
        phone(fleet.spec.phones, number, shared=person.shares_number), referral_code(number),
        turn * fleet.receipts,
    )  # fmt: skip


def _renamed(world: World, fleet: Fleet, person: Person, number: int) -> tuple[str, str]:
    """Somebody else of the same language: messages are in it."""
    people = next(one for one in fleet.spec.people if one.locale == person.locale)
    while True:
        name, email = named(world, people, number)
        if name != person.name:
            return name, email


def _renumbered(email: str, number: int) -> str:
    """An address that had a number in it has another one."""
    name, _, domain = email.partition("@")
    plain = name.rstrip("0123456789")
    return email if plain == name else f"{plain}{number}@{domain}"
