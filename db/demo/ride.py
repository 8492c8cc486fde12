"""Rides: what covers them, what they cost, what pays for them, and what follows."""

from db.demo import news
from db.demo.fleet import MINIMUM_BALANCE, Benefit, Promo, Tier
from db.demo.ground import Vehicle
from db.demo.life import Cover, LastRide, Life
from db.demo.loyalty import Ended
from db.demo.money import BALANCE, BONUS, More
from db.demo.wallet import charge_automatically, top_up
from db.demo.week import Trip, ridden
from db.demo.world import DAY, MINUTE, SECOND, moment
from domain.access import Role
from domain.actor import system
from domain.fare import Fare
from domain.ids import Prefix
from domain.ride import RideStatus
from domain.subaccount import PaymentMode
from domain.wallet import WalletTransactionKind

STATUS, POINTS_EARNED, REFUNDED = 4, 15, 16
"""Places in a ride's row."""
DECLINED, BY_OPERATOR = 0.03, 0.012
RECEIPT_DAYS = 10
"""Receipts older than this were cleared away."""
GATEWAY = system("vehicle-gateway")


class Chosen:
    """What a ride starts with: prices and benefits that do not change any more (RID-3)."""

    def __init__(self, life: Life, at: int, ride_id: str) -> None:
        self.tier: Tier | None = life.member.tier(at) if life.member else None
        self.cover = _cover(life, at)
        whole = self.cover is not None and self.cover.rides > 0
        self.waiting = life.waiting[0] if life.waiting and not whole else None
        free = (
            not whole
            and life.member is not None
            and self.tier is not None
            and life.member.use_free_unlock(at, self.tier, ride_id)
        )
        self.benefit = Benefit(
            tier=self.tier.spec if self.tier else None,
            free_unlock=free,
            included_ride=whole,
            included_minutes=self.cover.minutes if self.cover and not whole else 0,
            promo=self.waiting.promo.spec if self.waiting else None,
        )

    @property
    def promo(self) -> Promo | None:
        return self.waiting.promo if self.waiting else None


def ride(life: Life, at: int, trip: Trip) -> LastRide | None:
    """A whole ride, from unlock to points; none where every vehicle is out."""
    world, fleet = life.world, life.fleet
    end = at + trip.seconds * SECOND
    vehicle = life.person.city.motorpool.take(at, end)
    if vehicle is None:
        return None
    _afford(life, at)
    ride_id = world.new_id(Prefix.RIDE, at)
    chosen = Chosen(life, at, ride_id)
    fare = fleet.fare(at, max(1, -(-trip.seconds // 60)), chosen.benefit)
    row = _row(life, (ride_id, at, end), vehicle, trip, chosen.benefit)
    paid = _pay(life, end, ride_id, fare.total)
    world.rows["ride"].append(row)
    world.rows["fare"].append((
        fleet.id, ride_id, fare.minutes, fare.unlock, fare.time, fare.tier_discount,
        fare.promo_discount, fare.covered_by_plan, fare.total, *paid,
    ))  # fmt: skip
    life.rides += 1
    life.spent += fare.total
    _use_up(life, chosen, fare, ride_id)
    row[POINTS_EARNED] = points = _award(life, (ride_id, end), trip, chosen, (fare, paid[3]))
    earned = life.member.ride_earned if life.member else 0
    life.last = LastRide(ride_id, row, end, fare, paid, points, earned)
    if end > world.today - RECEIPT_DAYS * DAY:
        amount = news.money(life, fare.total)
        news.tell(life, end, news.RECEIPT, minutes=fare.minutes, amount=amount)
    charge_automatically(life, end)
    return life.last


def start(life: Life, at: int, trip: Trip) -> None:
    """A ride that is still under way."""
    vehicle = life.person.city.motorpool.take_now(at)
    if vehicle is None:
        return
    _afford(life, at)
    life.active_at = max(life.active_at, at)
    ride_id = life.world.new_id(Prefix.RIDE, at)
    chosen = Chosen(life, at, ride_id)
    life.world.rows["ride"].append(
        _row(life, (ride_id, at, None), vehicle, trip, chosen.benefit._replace(promo=None))
    )
    if chosen.benefit.included_ride and chosen.cover:
        chosen.cover.use(1, 0)


def cancelled(life: Life, at: int, _: None) -> None:
    """A ride whose vehicle never unlocked: nothing was charged (RID-4)."""
    vehicle = life.world.one_of(life.person.city.motorpool.vehicles)
    ride_id = life.world.new_id(Prefix.RIDE, at)
    row = _row(life, (ride_id, at, at + 9 * SECOND), vehicle, ridden(life.world, life.person),
               Benefit())  # fmt: skip
    row[STATUS] = RideStatus.CANCELLED
    row[7], row[12], row[14] = 0, None, GATEWAY
    row[10:12] = row[8:10]
    life.world.rows["ride"].append(row)


def _afford(life: Life, at: int) -> None:
    """Top up where the money rule asks for it (RID-2)."""
    card = life.card(at)
    post_paid = life.fleet.spec.payment_mode is PaymentMode.POST_PAID
    waived = card is not None and (post_paid or _cover(life, at) is not None)
    if life.balance < MINIMUM_BALANCE and not waived:
        top_up(life, at - 2 * MINUTE, MINIMUM_BALANCE)


def _cover(life: Life, at: int) -> Cover | None:
    """The plan or package that expires first and has something left (RID-6)."""
    found = None
    for cover in life.covers:
        if cover.covers(at) and (found is None or cover.expires < found.expires):
            found = cover
    return found


def _row(
    life: Life, when: tuple[str, int, int | None], vehicle: Vehicle, trip: Trip, benefit: Benefit
) -> list[object]:
    ride_id, at, end = when
    world, rider, journey = life.world, life.person.id, trip.journey
    helped = world.happens(BY_OPERATOR)
    starter = world.staff[Role.CUSTOMER_SUPPORT] if helped else rider
    finish: tuple[object, ...] = (None, None, None)
    if end is not None:
        finish = (*journey.end.spot(world), journey.end.id)
        if end > vehicle.left_at:
            vehicle.left_at, vehicle.latitude, vehicle.longitude = end, *finish[:2]  # type: ignore[assignment]
    prices, tier, promo = life.fleet.prices(at), benefit.tier, benefit.promo
    return [
        life.fleet.id, ride_id, rider, vehicle.id,
        RideStatus.ACTIVE if end is None else RideStatus.COMPLETED, moment(at),
        None if end is None else moment(end), None if end is None else trip.meters,
        *journey.start.spot(world), *finish, starter, None if end is None else rider, 0, 0,
        prices.unlock_fee, prices.per_minute_rate, tier.unlock if tier else 0,
        tier.minute if tier else 0, benefit.free_unlock, benefit.included_ride,
        benefit.included_minutes, promo and promo.percent_off, promo and promo.amount_off,
        promo and promo.free_minutes,
    ]  # fmt: skip


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
        news.tell(life, operation.at, news.DEBT, amount=news.money(life, life.balance))
    return bonus, balance, card, debt


def _use_up(life: Life, chosen: Chosen, fare: Fare, ride_id: str) -> None:
    if chosen.cover is not None:
        minutes = min(fare.minutes, chosen.benefit.included_minutes)
        chosen.cover.use(int(chosen.benefit.included_ride), minutes)
    if chosen.waiting is not None:
        life.waiting.remove(chosen.waiting)
        chosen.waiting.row[4] = fare.promo_discount
        chosen.waiting.row[6] = ride_id


def _award(
    life: Life, ride: tuple[str, int], trip: Trip, chosen: Chosen, money: tuple[Fare, int]
) -> int:
    if life.member is None:
        return 0
    ride_id, end = ride
    fare, debt = money
    paid = fare.total - debt
    return life.member.ride_ended(
        Ended(ride_id, end, life.person.id, paid, fare.total, trip.meters, trip.journey.end,
              chosen.tier)
    )  # fmt: skip
