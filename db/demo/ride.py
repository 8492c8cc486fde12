"""Rides: what covers them, what they cost, what pays for them, and what follows."""

from db.demo import news, ride_row
from db.demo.fleet import MINIMUM_BALANCE, Benefit, Tier
from db.demo.life import Cover, LastRide, Life
from db.demo.loyalty import Ended
from db.demo.money import BALANCE, BONUS, More
from db.demo.ride_row import POINTS_EARNED, Start
from db.demo.wallet import charge_automatically, top_up
from db.demo.week import Trip
from db.demo.world import DAY, MINUTE, SECOND
from domain.ids import Prefix
from domain.notice import DEBT
from domain.subaccount import PaymentMode
from domain.wallet import WalletTransactionKind

SECONDS_A_MINUTE = 60
DECLINED = 0.02
RECEIPT_DAYS = 5
"""Receipts older than this were cleared away."""


class Chosen:
    """What makes a ride cheaper, decided when it starts."""

    def __init__(self, life: Life, at: int, ride_id: str) -> None:
        member = life.member
        self.tier: Tier | None = member.tier(at) if member else None
        self.cover = _cover(life, at)
        whole = self.cover is not None and self.cover.rides > 0
        self.waiting = life.waiting[0] if life.waiting and not whole else None
        free = False
        if member is not None and self.tier is not None and not whole:
            free = member.use_free_unlock(at, self.tier, ride_id)
        self.benefit = Benefit(
            tier=self.tier.spec if self.tier else None,
            free_unlock=free,
            included_ride=whole,
            included_minutes=self.cover.minutes if self.cover and not whole else 0,
            promo=self.waiting.promo.spec if self.waiting else None,
        )


def ride(life: Life, at: int, trip: Trip) -> LastRide | None:
    """A whole ride, from unlock to points; none where every vehicle is out."""
    end = at + trip.seconds * SECOND
    vehicle = life.person.city.motorpool.take(at, end)
    if vehicle is None:
        return None
    _afford(life, at)
    ride_id = life.world.new_id(Prefix.RIDE, at)
    chosen = Chosen(life, at, ride_id)
    start = Start(ride_id, at, vehicle, trip, chosen.benefit)
    row = ride_row.started(life, start)
    ride_row.ended(life, start, row, end)
    minutes = max(1, -(-trip.seconds // SECONDS_A_MINUTE))
    fare = life.fleet.fare(at, minutes, chosen.benefit)
    last = LastRide(ride_id, row, end, fare, _pay(life, end, ride_id, fare.total))
    _write(life, last)
    _use_up(life, chosen, last)
    _award(life, last, trip, chosen.tier)
    life.last = last
    _follow_up(life, last)
    return last


def start(life: Life, at: int, trip: Trip) -> None:
    """A ride that is still under way."""
    vehicle = life.person.city.motorpool.take_now(at)
    if vehicle is None:
        return
    _afford(life, at)
    life.active_at = max(life.active_at, at)
    ride_id = life.world.new_id(Prefix.RIDE, at)
    chosen = Chosen(life, at, ride_id)
    benefit = chosen.benefit._replace(promo=None)
    row = ride_row.started(life, Start(ride_id, at, vehicle, trip, benefit))
    life.world.rows["ride"].append(row)
    if benefit.included_ride and chosen.cover:
        chosen.cover.use(1, 0)


def cancelled(life: Life, at: int, trip: Trip) -> None:
    """A ride that never began."""
    vehicle = life.world.one_of(life.person.city.motorpool.vehicles)
    ride_id = life.world.new_id(Prefix.RIDE, at)
    begun = Start(ride_id, at, vehicle, trip, Benefit())
    row = ride_row.started(life, begun)
    ride_row.never_unlocked(row, begun)
    life.world.rows["ride"].append(row)


def _afford(life: Life, at: int) -> None:
    """Top up where the money rule asks for it (RID-2), and pay off a debt in any case."""
    card = life.card(at)
    post_paid = life.fleet.spec.payment_mode is PaymentMode.POST_PAID
    waived = card is not None and (post_paid or _cover(life, at) is not None)
    least = 0 if waived else MINIMUM_BALANCE
    if life.balance < least:
        top_up(life, at - 2 * MINUTE, least)


def _cover(life: Life, at: int) -> Cover | None:
    """The plan or package that expires first and has something left (RID-6)."""
    found = None
    for cover in life.covers:
        if cover.covers(at) and (found is None or cover.expires < found.expires):
            found = cover
    return found


def _pay(life: Life, at: int, ride_id: str, total: int) -> tuple[int, int, int, int]:
    """Bonus, then balance down to zero, then the card; the rest is a debt (RID-7)."""
    bonus = min(total, life.ledger.balance[BONUS])
    before = life.balance
    balance = min(total - bonus, max(before, 0))
    rest = total - bonus - balance
    charged = rest > 0 and life.card(at) is not None and not life.world.happens(DECLINED)
    card, debt = (rest, 0) if charged else (0, rest)
    operation, more = life.act(at), More(ride_id=ride_id)
    life.ledger.post(operation, BONUS, WalletTransactionKind.RIDE_CHARGE, -bonus, more)
    taken = -(balance + debt)
    life.ledger.post(operation, BALANCE, WalletTransactionKind.RIDE_CHARGE, taken, more)
    if debt and before >= 0:
        news.tell(life, operation.at, DEBT, amount=news.money(life, life.balance))
    return bonus, balance, card, debt


def _write(life: Life, last: LastRide) -> None:
    fare = last.fare
    life.rides += 1
    life.spent += fare.total
    life.world.rows["ride"].append(last.row)
    life.world.rows["fare"].append((
        life.fleet.id, last.id, fare.minutes, fare.unlock, fare.time, fare.tier_discount,
        fare.promo_discount, fare.covered_by_plan, fare.total, *last.paid,
    ))  # fmt: skip


def _use_up(life: Life, chosen: Chosen, last: LastRide) -> None:
    if chosen.cover is not None:
        minutes = min(last.fare.minutes, chosen.benefit.included_minutes)
        chosen.cover.use(int(chosen.benefit.included_ride), minutes)
    if chosen.waiting is not None:
        life.waiting.remove(chosen.waiting)
        chosen.waiting.apply(last.fare.promo_discount, last.id)


def _award(life: Life, last: LastRide, trip: Trip, tier: Tier | None) -> None:
    if life.member is None:
        return
    total, debt, zone = last.fare.total, last.paid[3], trip.journey.end
    ride = Ended(last.id, last.end, life.person.id, total - debt, total, trip.meters, zone, tier)
    last.points = life.member.ride_ended(ride)
    last.ride_points = life.member.ride_earned
    last.row[POINTS_EARNED] = last.points


def _follow_up(life: Life, last: LastRide) -> None:
    """The friend who brought them, a receipt, and the card where the fleet wants it."""
    if life.referral is not None and last.fare.total:
        life.referral.reward(life, last.end)
        life.referral = None
    if last.end > life.world.today - RECEIPT_DAYS * DAY:
        amount = news.money(life, last.fare.total)
        news.tell(life, last.end, news.RECEIPT, minutes=last.fare.minutes, amount=amount)
    charge_automatically(life, last.end)
