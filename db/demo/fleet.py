"""A fleet as it runs: what it sells, promises and charges, written down once."""

from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from db.demo.days import Days
from db.demo.ground import City
from db.demo.spec import FleetSpec, GoalSpec, PackageSpec, PlanSpec, Prices, PromoSpec, TierSpec
from db.demo.world import DAY, World, moment
from domain.fare import Fare, FareTerms, fare
from domain.ids import Prefix
from domain.loyalty import GoalMetric, PointsSource, defaults
from domain.money import Minor, digits
from domain.promo import DiscountType

MINIMUM_BALANCE = 50
OPERATION_LIMIT = 1_000_000
"""Both of GEN-4, in minor units, where they are the same for dollars, euros and yen."""
ONLINE_WINDOW_MINUTES = 60
RISK_THRESHOLD = 15
PRICES_CHANGED = 250
"""The day of the fleet on which today's prices came."""
WINDOW_DAYS = 28
METERS_A_KILOMETER = 1000
GOAL_PREFIXES = {
    PointsSource.ACHIEVEMENT: Prefix.ACHIEVEMENT,
    PointsSource.CHALLENGE: Prefix.CHALLENGE,
}
IMPORTED, IMPORTED_MIN = 4, 16
"""Of a hundred customers, and how many at least."""


class Plan(NamedTuple):
    id: str
    spec: PlanSpec


class Package(NamedTuple):
    id: str
    spec: PackageSpec


class Tier(NamedTuple):
    id: str
    spec: TierSpec


class Goal(NamedTuple):
    """An achievement, or a challenge between two instants."""

    id: str
    spec: GoalSpec
    source: PointsSource
    metric: GoalMetric
    enough: int
    """The target, in what rides are measured in."""
    counter: int = 0
    """Which of a customer's counts it looks at: the first is for ever."""
    starts: int = 0
    ends: int = 0


class Promo:
    """A code, with how often it was redeemed so far."""

    def __init__(self, world: World, spec: PromoSpec) -> None:
        self.id = world.new_id(Prefix.PROMO_CODE, world.today - spec.since * DAY)
        self.spec = spec
        self.starts = world.today - spec.since * DAY
        self.ends = None if spec.until is None else world.today - spec.until * DAY
        self.redemptions = 0

    def may_be_redeemed(self, at: int) -> bool:
        limit = self.spec.limit
        valid = at >= self.starts and (self.ends is None or at < self.ends)
        return valid and (limit is None or self.redemptions < limit)


class Benefit(NamedTuple):
    """What lowers one fare: the tier, and what is left of a plan, a package or a promo."""

    tier: TierSpec | None = None
    free_unlock: bool = False
    included_ride: bool = False
    included_minutes: int = 0
    promo: PromoSpec | None = None


FareKey: TypeAlias = tuple[bool, int, bool, bool, int, str | None, int]


class Size(NamedTuple):
    """What there is of a fleet before anything is copied."""

    customers: int
    alone: int
    """The first so many of them are never copied."""
    vehicles: int


class Fleet:
    """One of the fleets, with the ids of all that it has."""

    def __init__(self, world: World, spec: FleetSpec, size: Size) -> None:
        self.world, self.spec = world, spec
        self.customers, self.alone, vehicles = size
        early = self.customers * IMPORTED // 100
        self.imported = max(early, min(IMPORTED_MIN, self.customers // 2))
        """Customers whom the fleet brought along from its former system."""
        self.id = world.new_id(Prefix.SUBACCOUNT, world.opened)
        self.days = Days(spec.timezone, world.opened)
        self.decimals: int = digits(spec.currency)
        self.usual = defaults(spec.currency)
        self.units = dict.fromkeys(GoalMetric, 1) | {
            GoalMetric.DISTANCE_KM: METERS_A_KILOMETER,
            GoalMetric.SPEND: 10**self.decimals,
        }
        """What goals count one of, in what rides are measured in."""
        self.price_change = self.days.midnights[PRICES_CHANGED]
        world.rows["subaccount"].append(_subaccount_row(self.id, spec))
        models = [world.one_of(spec.models) for _ in range(vehicles // len(spec.cities))]
        self.cities = [City(world, self.id, city, models) for city in spec.cities]
        self._write_goods()
        self._write_program()
        self._fares: dict[FareKey, Fare] = {}
        self._references = 0

    def prices(self, at: int) -> Prices:
        return self.spec.former_prices if at < self.price_change else self.spec.prices

    def fare(self, at: int, minutes: int, benefit: Benefit) -> Fare:
        """What `domain.fare` says, asked once for each case."""
        promo = benefit.promo
        covered = min(benefit.included_minutes, minutes)
        status = benefit.tier.min_rides if benefit.tier else 0
        flags = status, benefit.free_unlock, benefit.included_ride
        key = (at < self.price_change, *flags, covered, promo.code if promo else None, minutes)
        known = self._fares.get(key)
        if known is None:
            terms = self._terms(self.prices(at), benefit)
            known = self._fares[key] = fare(terms, timedelta(minutes=minutes))
        return known

    def reference(self) -> str:
        """A receipt's number, never the same twice."""
        self._references += 1
        return f"{self.cities[0].spec.code}-{self._references:07d}"

    def write_vehicles(self, turn: int) -> None:
        """The vehicles that copies ride in a turn, as far as those of the first are told of."""
        for city in self.cities:
            self.world.rows["vehicle"] += city.copied_vehicles(self.world, self.id, turn)

    @property
    def receipts(self) -> int:
        """How many numbers of receipts are gone."""
        return self._references

    def _terms(self, prices: Prices, benefit: Benefit) -> FareTerms:
        tier, promo = benefit.tier, benefit.promo
        off = promo.amount_off if promo else None
        return FareTerms(
            currency=self.spec.currency,
            unlock_fee=Minor(prices.unlock_fee),
            per_minute_rate=Minor(prices.per_minute_rate),
            unlock_discount_percent=tier.unlock if tier else Decimal(0),
            minute_discount_percent=tier.minute if tier else Decimal(0),
            free_unlock=benefit.free_unlock,
            included_ride=benefit.included_ride,
            included_minutes=benefit.included_minutes,
            promo_percent_off=promo.percent_off if promo else None,
            promo_amount_off=None if off is None else Minor(off),
            promo_free_minutes=promo.free_minutes if promo else None,
        )

    def _write_goods(self) -> None:
        world, rows, spec = self.world, self.world.rows, self.spec
        self.plans = [Plan(world.new_id(Prefix.PLAN, world.opened), plan) for plan in spec.plans]
        for plan in self.plans:
            kind, sold = plan.spec, (plan.spec.rides, plan.spec.minutes, True)
            rows["plan"].append((
                self.id, plan.id, kind.name, kind.price, kind.frequency.value, *sold,
            ))  # fmt: skip
        self.packages = [
            Package(world.new_id(Prefix.RIDE_PACKAGE, world.opened), package)
            for package in spec.packages
        ]
        for package in self.packages:
            good = package.spec
            content = good.rides, good.minutes, good.days
            rows["ride_package"].append(
                (self.id, package.id, good.name, good.price, *content, True)
            )
        self.promos = [Promo(world, promo) for promo in spec.promos]
        rows["promo_code"] += [_promo_row(self.id, promo, world.turns) for promo in self.promos]

    def _write_program(self) -> None:
        world, rows, program = self.world, self.world.rows, self.spec.loyalty
        for name, least, reward in self.spec.referral:
            tier_id = world.new_id(Prefix.REFERRAL_TIER, world.opened)
            row = self.id, tier_id, name, least, reward, self.spec.referee_reward
            rows["referral_tier"].append(row)
        if program is None:
            self.tiers, self.goals, self.challenges = [], [], []
            return
        self.tiers = [Tier(world.new_id(Prefix.TIER, world.opened), tier) for tier in program.tiers]
        achievements = [self._goal(spec, PointsSource.ACHIEVEMENT) for spec in program.achievements]
        self.challenges = [
            self._goal(spec, PointsSource.CHALLENGE)._replace(
                counter=counter,
                starts=self.days.later(world.today, -spec.since),
                ends=self.days.later(world.today, -spec.until),
            )
            for counter, spec in enumerate(program.challenges, 1)
        ]
        self.goals = achievements + self.challenges
        rows["loyalty_settings"].append(_settings_row(self))
        rows["loyalty_tier"] += [_tier_row(self.id, tier) for tier in self.tiers]
        rows["achievement"] += [
            (self.id, *_goal_row(goal), goal.spec.points, True) for goal in achievements
        ]
        rows["challenge"] += [_challenge_row(self.id, goal) for goal in self.challenges]

    def _goal(self, spec: GoalSpec, source: PointsSource) -> Goal:
        goal_id = self.world.new_id(GOAL_PREFIXES[source], self.world.opened)
        return Goal(goal_id, spec, source, spec.metric, spec.target * self.units[spec.metric])


def _subaccount_row(fleet_id: str, spec: FleetSpec) -> tuple[object, ...]:
    return (
        fleet_id, spec.name, spec.currency, spec.timezone, spec.locale, spec.share_url,
        spec.payment_mode.value, MINIMUM_BALANCE, spec.prices.unlock_fee,
        spec.prices.per_minute_rate, ONLINE_WINDOW_MINUTES, OPERATION_LIMIT, spec.minimum_age,
        list(spec.prepaid_countries), spec.identity_mode.value, RISK_THRESHOLD,
        *(spec.auto_top_up or (None, None)),
    )  # fmt: skip


def _promo_row(fleet_id: str, promo: Promo, turns: int) -> tuple[object, ...]:
    spec, ends = promo.spec, promo.ends
    limit = None if spec.limit is None else spec.limit * turns
    kind = DiscountType.FREE_MINUTES
    if spec.percent_off is not None:
        kind = DiscountType.PERCENTAGE
    elif spec.amount_off is not None:
        kind = DiscountType.FIXED_AMOUNT
    return (
        fleet_id, promo.id, spec.code, kind.value, spec.percent_off, spec.amount_off,
        spec.free_minutes, moment(promo.starts), None if ends is None else moment(ends),
        limit, 1, 0, ends is None,
    )  # fmt: skip


def _settings_row(fleet: Fleet) -> tuple[object, ...]:
    program, usual = fleet.spec.loyalty, fleet.usual
    assert program is not None  # noqa: S101  (asked for fleets that have one)
    return (
        fleet.id, True, moment(fleet.world.opened), usual.points_per_currency_unit,
        usual.redemption_rate, usual.min_redemption, program.max_redemption,
        program.expiration_days, program.streak_points, program.streak_cap, program.daily_cap,
    )  # fmt: skip


def _tier_row(fleet_id: str, tier: Tier) -> tuple[object, ...]:
    spec = tier.spec
    return (
        fleet_id, tier.id, spec.name, spec.description, spec.color, spec.min_rides, WINDOW_DAYS,
        spec.unlock, spec.minute, spec.free_unlocks, spec.multiplier,
    )  # fmt: skip


def _goal_row(goal: Goal) -> tuple[object, ...]:
    spec = goal.spec
    return goal.id, spec.name, spec.description, spec.metric.value, spec.target


def _challenge_row(fleet_id: str, goal: Goal) -> tuple[object, ...]:
    spec = goal.spec
    dates = moment(goal.starts), moment(goal.ends)
    rewards = spec.points, spec.credit, spec.free_unlocks
    return (fleet_id, *_goal_row(goal), *dates, *rewards, spec.featured, True)
