"""What happens to most customers: how much they ride, and what else now and then."""

from db.demo import goods, news, refunds, support, wallet
from db.demo.life import Act, Life
from db.demo.ride import cancelled, ride, start
from db.demo.week import HABITS, ridden, starts, trips
from db.demo.world import DAY, HOUR, MINUTE, SECOND, World
from domain.identity import IdentityStatus

MILESTONES = ((0.22, 0, 1), (0.7, 1, 4), (0.9, 4, 9), (0.975, 9, 19), (1.0, 19, 45))
"""Up to which share of customers, and how many rides those have: from, to below."""
HEAVY = 9
"""From this many rides on, most still ride today."""
LEFT_EARLY = 0.3
NEVER_OPENED = 0.5
"""Of those who were brought along and never rode."""
STORM_DAY, STORM_SHARE = 300, 0.06
"""When everybody affected was given credit at once."""
VOIDED, CANCELLED = 0.006, 0.01
ACTS: tuple[tuple[float, Act], ...] = (
    (0.045, support.credit),
    (0.12, support.bonus),
    (0.03, support.fee),
    (0.008, support.debit),
    (0.012, support.adjust_points),
    (0.01, support.give_points),
    (0.09, support.add_note),
    (0.06, support.announce),
    (0.12, wallet.top_up_freely),
    (0.1, support.redeem_points),
    (0.03, support.reverse),
)
REFUNDED, IN_FULL = 0.05, 0.7
PACKAGE, PLAN, CANCELS, PROMO = 0.1, 0.05, 0.35, 0.14
REQUIRED, SHOWN = 0.012, 0.35
BLOCKED, UNBLOCKED, DELETED, ON_THE_ROAD = 0.035, 0.25, 0.015, 1 / 100
RIDING_MINUTES = 25
ASKED = IdentityStatus.PENDING


def rides_wanted(world: World) -> int:
    draw = world.random()
    low, high = next((low, high) for limit, low, high in MILESTONES if draw < limit)
    return world.between(low, high)


def plan(life: Life, rides: int, *, faithful: bool) -> None:
    """Fill a life; the faithful are neither blocked nor deleted."""
    until = life.world.today - HOUR
    if not faithful:
        until = _fate(life, until)
    sign_up(life, until, opened=bool(rides) or not life.world.happens(NEVER_OPENED))
    _plan_acts(life, until)
    _plan_goods(life, until)
    if rides:
        _plan_rides(life, rides, until)


def sign_up(life: Life, until: int, *, opened: bool) -> None:
    """The first customers came from a former system; not everybody opened the app since."""
    person = life.person
    imported = person.number <= life.fleet.imported
    if imported:
        life.add(person.joined + 30 * SECOND, support.import_balance)
    if opened or not imported:
        life.active_at = person.joined
        name = life.fleet.spec.name
        news.tell(life, person.joined + 5 * SECOND, news.WELCOME, fleet=name)
    storm = life.fleet.days.midnights[STORM_DAY] + 15 * HOUR
    if storm < until and life.world.happens(STORM_SHARE):
        life.add(storm, support.credit_in_bulk)


def set_off(life: Life) -> None:
    """For a few who may ride, a ride that is under way now."""
    allowed = life.identity.rides_from is not None and life.blocked is None
    present = life.deleted is None and life.rides and life.identity.status != ASKED
    if allowed and present and life.world.happens(ON_THE_ROAD):
        ago = life.world.between(2 * MINUTE, RIDING_MINUTES * MINUTE)
        start(life, life.world.now - ago, ridden(life.world, life.person))


def _fate(life: Life, until: int) -> int:
    """Who is deleted, blocked or asked for a document; gives the end of their own doings."""
    world = life.world
    draw, at = world.random(), _sometime(life, until)
    if draw < DELETED:
        life.add(at, support.delete)
    elif draw < DELETED + BLOCKED:
        life.add(at, support.block)
        if world.happens(UNBLOCKED):
            life.add(at + world.between(DAY, 5 * DAY), support.unblock)
    elif draw < DELETED + BLOCKED + REQUIRED:
        life.add(at, support.require_identity)
        if world.happens(SHOWN):
            life.add(at + world.between(HOUR, DAY), support.verify_identity)
    else:
        return until
    return at


def _plan_acts(life: Life, until: int) -> None:
    for share, act in ACTS:
        if life.world.happens(share):
            life.add(_sometime(life, until), act)


def _plan_goods(life: Life, until: int) -> None:
    """Goods are for riders, and a promo is entered before it is needed."""
    world, fleet = life.world, life.fleet
    if world.happens(PROMO):
        life.add(_sometime(life, until), goods.redeem_promo, world.one_of(fleet.promos))
    if life.identity.rides_from is None:
        return
    if world.happens(PACKAGE):
        life.add(_sometime(life, until), goods.buy_package, world.one_of(fleet.packages))
    if world.happens(PLAN):
        at = _sometime(life, until)
        life.add(at, goods.subscribe, world.one_of(fleet.plans[:2]))
        if world.happens(CANCELS):
            life.add(world.between(at + HOUR, until), goods.cancel, world.happens(0.5))


def _plan_rides(life: Life, rides: int, until: int) -> None:
    world, fleet, person = life.world, life.fleet, life.person
    first, last = fleet.days.of(person.joined), fleet.days.of(until) + 1
    length = rides * world.between(1, 4) + 2
    if rides >= HEAVY and not world.happens(LEFT_EARLY):
        first = max(first, last - length)
    else:
        last = min(last, first + 3 * length)
    begin = starts(world, fleet, world.one_of(HABITS), range(first, last), rides)
    since = life.identity.rides_from or until
    for at, trip in trips(world, person, begin, (since, until)):
        life.add(at, refunds.voided if world.happens(VOIDED) else ride, trip)
        complaint = at + trip.seconds * SECOND + world.between(HOUR, DAY)
        if complaint < until and world.happens(REFUNDED):
            life.add(complaint, refunds.refund, 1 if world.happens(IN_FULL) else 2)
    if world.happens(CANCELLED):
        life.add(_sometime(life, until), cancelled, ridden(world, person))


def _sometime(life: Life, until: int) -> int:
    return life.world.between(life.person.joined + MINUTE, until)
