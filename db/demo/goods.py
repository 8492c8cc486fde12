"""What customers buy besides rides: plans, packages, and promos that make them cheaper."""

from datetime import timedelta

from db.demo.columns import place
from db.demo.fleet import Package, Plan, Promo
from db.demo.life import Cover, Life, Waiting
from db.demo.money import BALANCE, More
from db.demo.wallet import top_up
from db.demo.world import DAY, MINUTE, moment
from domain.fare import FareTerms, fare
from domain.ids import Prefix
from domain.money import Minor
from domain.plan import BillingFrequency, RideSubscriptionStatus
from domain.wallet import WalletTransactionKind

SUBSCRIPTION_STATUS = place("ride_subscription", "status")
SUBSCRIPTION_END = place("ride_subscription", "end_date")
SUBSCRIPTION_USED = place("ride_subscription", "rides_used")
AT_PERIOD_END = place("ride_subscription", "cancel_at_period_end")
PURCHASE_USED = place("package_purchase", "rides_used")
GRACE = 3 * DAY
"""How long an unpaid period is tried again (SUB-1)."""
NEVER = 2**60


def buy_package(life: Life, at: int, package: Package) -> None:
    """Paid from balance, then by card, never from bonus (PKG-1)."""
    spec = package.spec
    purchase_id = life.world.new_id(Prefix.PURCHASE, at)
    price = spec.price - _promo_on_purchase(life, spec.price, purchase_id)
    if life.card(at) is None and life.balance < price:
        top_up(life, at - MINUTE, price)
    operation = life.act(at)
    from_balance = min(price, max(0, life.balance))
    life.ledger.post(operation, BALANCE, WalletTransactionKind.PURCHASE, -from_balance,
                     More(note=spec.name))  # fmt: skip
    life.spent += price
    expires = None if spec.days is None else life.fleet.days.later(operation.at, spec.days)
    row: list[object] = [
        life.fleet.id, purchase_id, life.person.id, package.id, spec.name, moment(operation.at),
        price, spec.rides, spec.minutes, 0, 0, None if expires is None else moment(expires),
    ]  # fmt: skip
    life.world.rows["package_purchase"].append(row)
    left = spec.rides or 0, spec.minutes or 0
    life.covers.append(Cover(row, PURCHASE_USED, expires or NEVER, *left))


class Subscription:
    """A plan that renews by the card, as long as there is one and nobody cancels."""

    def __init__(self, life: Life, at: int, plan: Plan) -> None:
        self._life, self._plan = life, plan
        spec = plan.spec
        self.id = life.world.new_id(Prefix.RIDE_SUBSCRIPTION, at)
        self.row: list[object] = [
            life.fleet.id, self.id, life.person.id, plan.id, spec.name,
            RideSubscriptionStatus.PENDING, moment(at), None, spec.frequency, spec.price,
            spec.rides, spec.minutes, 0, 0, False, life.world.foreign_id("sub_"),
        ]  # fmt: skip
        life.world.rows["ride_subscription"].append(self.row)
        life.subscriptions.append(self)
        self._cover: Cover | None = None

    @property
    def active(self) -> bool:
        return self.row[SUBSCRIPTION_STATUS] is RideSubscriptionStatus.ACTIVE

    def pay(self, at: int) -> None:
        """Another period, with a fresh allowance."""
        life, spec = self._life, self._plan.spec
        ends = _period_end(life, at, spec.frequency)
        period_id = life.world.new_id(Prefix.SUBSCRIPTION_PERIOD, at)
        life.world.rows["subscription_period"].append((
            life.fleet.id, period_id, life.person.id, self.id, moment(at), moment(ends), spec.price,
        ))  # fmt: skip
        life.spent += spec.price
        self.row[SUBSCRIPTION_STATUS] = RideSubscriptionStatus.ACTIVE
        self.row[SUBSCRIPTION_END] = moment(ends)
        self.row[SUBSCRIPTION_USED : SUBSCRIPTION_USED + 2] = 0, 0
        if self._cover is not None:
            life.covers.remove(self._cover)
        left = spec.rides or 0, spec.minutes or 0
        self._cover = Cover(self.row, SUBSCRIPTION_USED, ends, *left)
        life.covers.append(self._cover)
        life.add(ends, renew, self)

    def renew(self, at: int) -> None:
        """The next period, unless the card is no longer good or the customer wanted out."""
        if not self.active:
            return
        if self.row[AT_PERIOD_END]:
            self._end(RideSubscriptionStatus.CANCELLED, at)
        elif self._life.card(at) is not None:
            self.pay(at)
        else:
            late = at > self._life.world.today - GRACE
            status = RideSubscriptionStatus.PENDING if late else RideSubscriptionStatus.EXPIRED
            self._end(status, at)

    def cancel(self, at: int, *, immediately: bool) -> None:
        if self.active and immediately:
            self._end(RideSubscriptionStatus.CANCELLED, at)
        elif self.active:
            self.row[AT_PERIOD_END] = True

    def _end(self, status: RideSubscriptionStatus, at: int) -> None:
        self.row[SUBSCRIPTION_STATUS], self.row[SUBSCRIPTION_END] = status, moment(at)
        if self._cover is not None:
            self._life.covers.remove(self._cover)
            self._cover = None


def subscribe(life: Life, at: int, plan: Plan) -> None:
    """Take a plan, which needs a card."""
    if life.card(at) is not None:
        life.active_at = max(life.active_at, at)
        Subscription(life, at, plan).pay(at)


def renew(_: Life, at: int, taken: Subscription) -> None:
    taken.renew(at)


def cancel(life: Life, at: int, immediately: bool) -> None:  # noqa: FBT001  (acts have one form)
    for taken in life.subscriptions:
        taken.cancel(at, immediately=immediately)


def redeem_promo(life: Life, at: int, promo: Promo) -> None:
    """Enter a code, once for each customer; it waits for the next ride or purchase (PRO-2)."""
    if promo.id in life.redeemed or not promo.may_be_redeemed(at):
        return
    life.redeemed.add(promo.id)
    promo.redemptions += 1
    life.active_at = max(life.active_at, at)
    row: list[object] = [
        life.fleet.id, life.world.new_id(Prefix.PROMO_REDEMPTION, at), life.person.id, promo.id,
        None, moment(at), None, None, None,
    ]  # fmt: skip
    life.world.rows["promo_redemption"].append(row)
    life.waiting.append(Waiting(promo, row))


def _promo_on_purchase(life: Life, price: int, purchase_id: str) -> int:
    """What the oldest waiting promo takes off; minutes are no use to a purchase."""
    if not life.waiting or life.waiting[0].promo.spec.free_minutes is not None:
        return 0
    waiting = life.waiting.pop(0)
    promo = waiting.promo.spec
    off = promo.amount_off
    terms = FareTerms(
        currency=life.fleet.spec.currency,
        unlock_fee=Minor(price),
        per_minute_rate=Minor(0),
        promo_percent_off=promo.percent_off,
        promo_amount_off=None if off is None else Minor(off),
    )
    saved = fare(terms, timedelta()).promo_discount
    waiting.apply(saved, purchase_id, "package_purchase_id")
    return saved


def _period_end(life: Life, at: int, frequency: BillingFrequency) -> int:
    days = life.fleet.days
    return days.later(at, 7) if frequency is BillingFrequency.WEEKLY else days.month_later(at)
