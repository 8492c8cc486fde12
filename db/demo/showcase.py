"""The interesting customer: something in every list of the page, and every kind of line."""

from db.demo import goods, refunds, ride, support, wallet
from db.demo.fleet import Fleet
from db.demo.life import Act, Life
from db.demo.ordinary import sign_up
from db.demo.people import Person, card
from db.demo.week import REGULAR, Trip, ridden, starts, trips
from db.demo.world import DAY, HOUR, MINUTE, World
from domain.customer import DeviceOs

NUMBER, WAITING = 12, 40
FRIENDSHIPS = {NUMBER: 4, 21: NUMBER, 27: NUMBER, 34: NUMBER, WAITING: NUMBER, 46: NUMBER}
"""Who brought whom, by their numbers; one friend did not ride yet."""
NAME, EMAIL, LOCALE = "Camila Torres", "camila.torres@example.com", "en-US"
PHONE = "ExponentPushToken[demo]"
"""Where messages to them go: a phone that only the log provider reaches."""
SEASONS = ((330, 90, 60), (60, 4, 95))
"""From and until how many days before today, and how many rides."""
LONG_RIDES = (338, 3, 2, 1)
"""Days before the last one, each with one long ride: the first of all, and a streak."""
ACTS: tuple[tuple[int, Act, object], ...] = (
    (345, support.require_identity, None),
    (344, support.verify_identity, None),
    (325, support.bonus, None),
    (300, wallet.top_up_freely, None),
    (280, support.credit, None),
    (250, refunds.refund, 2),
    (230, support.fee, None),
    (229, support.reverse, None),
    (190, support.add_note, None),
    (160, wallet.record_top_up, 2500),
    (159, support.debit, None),
    (140, support.announce, None),
    (130, refunds.refund, 1),
    (115, support.adjust_points, None),
    (110, support.redeem_points, None),
    (100, support.credit_in_bulk, None),
    (64, support.give_points, None),
    (52, support.add_note, None),
    (41, support.fee, None),
    (33, support.bonus, None),
    (26, support.announce, None),
    (20, refunds.refund, 1),
    (12, support.credit, None),
    (9, support.add_note, None),
    (6, support.redeem_points, None),
)
"""Days before today, and what was done."""
EXHAUSTED_PACK, EXPIRED_PACK, ACTIVE_PACK = 0, 1, 1
LONG_SECONDS, LONG_METERS = 24 * 60 - 15, 5200
RIDING = 12 * MINUTE


def person(world: World, fleet: Fleet, made: Person) -> Person:
    """The person that a number made, with the traits that make them interesting."""
    made.name, made.email, made.locale = NAME, EMAIL, LOCALE
    made.device, made.city = DeviceOs.IOS, fleet.cities[0]
    former = card(world, fleet, made.joined + MINUTE, expired=True)
    current = card(world, fleet, made.joined + 2 * MINUTE, expired=False)
    spare = card(world, fleet, world.today - 44 * DAY, expired=False)
    former.is_default = spare.is_default = False
    made.cards = [former, current, spare]
    made.stripe_id = world.foreign_id("cus_")
    return made


def rides_of(number: int, rides: int) -> int:
    """Friends ride, but for the one who waits."""
    if number == WAITING:
        return 0
    return max(1, rides) if number in FRIENDSHIPS else rides


def plan(life: Life) -> None:
    """A long and busy life, which is still going on."""
    world, fleet, today = life.world, life.fleet, life.world.today
    sign_up(life, today, opened=True)
    for ago, act, what in ACTS:
        life.add(today - ago * DAY - 5 * HOUR, act, what)
    life.add(today - 340 * DAY, goods.redeem_promo, fleet.promos[0])
    for first, until, rides in SEASONS:
        days = range(*(fleet.days.of(today - ago * DAY) for ago in (first, until)))
        begin = starts(world, fleet, REGULAR, days, rides)
        for at, trip in trips(world, life.person, begin, (life.person.joined, today - DAY)):
            life.add(at, ride.ride, trip)
    _plan_goods(life)
    journey = ridden(world, life.person).journey
    long = Trip(journey, LONG_SECONDS, LONG_METERS)
    for ago in LONG_RIDES:
        life.add(fleet.days.midnights[fleet.days.of(today) - ago] + 12 * HOUR, ride.ride, long)
    life.add(today - 4 * HOUR, ride.ride, long)


def set_off(life: Life) -> None:
    """On the road now, with another promo entered on the way."""
    now = life.world.now
    ride.start(life, now - RIDING, ridden(life.world, life.person))
    goods.redeem_promo(life, now - MINUTE, life.fleet.promos[2])


def _plan_goods(life: Life) -> None:
    """Packages used up, run out and still good; plans ended and running."""
    fleet, today = life.fleet, life.world.today
    monthly, weekly = fleet.plans[:2]
    life.add(today - 328 * DAY, goods.buy_package, fleet.packages[EXHAUSTED_PACK])
    life.add(today - 80 * DAY - HOUR, goods.redeem_promo, fleet.promos[1])
    life.add(today - 80 * DAY, goods.buy_package, fleet.packages[EXPIRED_PACK])
    life.add(today - 5 * HOUR, goods.buy_package, fleet.packages[ACTIVE_PACK])
    life.add(today - 250 * DAY, goods.subscribe, monthly)
    life.add(today - 205 * DAY, goods.cancel, False)  # noqa: FBT003  (acts have one form)
    # Its period ends tomorrow, so that nearly all of its minutes are gone by now.
    life.add(today - 34 * DAY - 3 * HOUR, goods.subscribe, weekly)
