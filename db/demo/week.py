"""When people ride: to work and back, on weekends, hardly ever at night."""

from typing import NamedTuple

from db.demo.fleet import Fleet
from db.demo.ground import Journey
from db.demo.people import Person
from db.demo.world import HOUR, MINUTE, SECOND, World

# A digit for each hour of the day: how many rides begin in it.
COMMUTE = "000000389522232349974211"
LEISURE = "100000012357888888776542"
ERRANDS = "000000123445665566543211"
OUTING = "311000001246899999876654"
PAUSE = 3 * MINUTE


class Habit(NamedTuple):
    """Hours of work days and of weekends, and how much of a weekend's appeal is left over."""

    work: tuple[int, ...]
    free: tuple[int, ...]
    workdays: float
    """How readily a ride is made on a work day; the rest looks for another day."""
    weekends: float


class Trip(NamedTuple):
    """A ride as it was made, before anybody counts money."""

    journey: Journey
    seconds: int
    meters: int


def _hours(weights: str) -> tuple[int, ...]:
    return tuple(hour for hour, weight in enumerate(weights) for _ in range(int(weight)))


COMMUTER = Habit(_hours(COMMUTE), _hours(OUTING), 1.0, 0.25)
STROLLER = Habit(_hours(ERRANDS), _hours(OUTING), 0.35, 1.0)
REGULAR = Habit(_hours(LEISURE), _hours(OUTING), 0.9, 1.0)
HABITS = (COMMUTER, COMMUTER, COMMUTER, REGULAR, REGULAR, STROLLER)


def starts(world: World, fleet: Fleet, habit: Habit, days: range, count: int) -> list[int]:
    """When rides begin on these days, in order."""
    found = []
    calendar = fleet.days
    for _ in range(count):
        day = world.one_of(days)
        for _ in range(2):
            if world.happens(habit.weekends if calendar.weekend[day] else habit.workdays):
                break
            day = world.one_of(days)
        hour = world.one_of(habit.free if calendar.weekend[day] else habit.work)
        found.append(calendar.midnights[day] + hour * HOUR + world.below(HOUR))
    found.sort()
    return found


def trips(
    world: World, person: Person, begin: list[int], within: tuple[int, int]
) -> list[tuple[int, Trip]]:
    """Rides that begin then, leaving out what would begin too early, overlap or end too late."""
    found = []
    free_from, until = within
    for start in begin:
        trip = ridden(world, person)
        end = start + trip.seconds * SECOND
        if start > free_from and end < until:
            found.append((start, trip))
            free_from = end + PAUSE
    return found


def ridden(world: World, person: Person) -> Trip:
    journey = world.one_of(person.city.journeys)
    seconds = int(journey.seconds * (0.85 + 0.5 * world.random()) + 60 + 180 * world.random())
    return Trip(journey, seconds, int(journey.meters * (0.95 + 0.2 * world.random())))
