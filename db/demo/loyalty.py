"""One customer's part in a loyalty program: points, streak, tier, and what goals pay."""

from bisect import bisect_right
from decimal import Decimal
from typing import NamedTuple

from db.demo.fleet import WINDOW_DAYS, Fleet, Goal, Tier
from db.demo.goals import Goals, GoalsMemory
from db.demo.ground import Zone
from db.demo.money import BALANCE, POINTS, Ledger, Line, More
from db.demo.spec import LoyaltySpec
from db.demo.world import DAY, MINUTE, World, moment
from domain.actor import system
from domain.ids import Prefix
from domain.loyalty import GoalMetric, LoyaltyTransactionKind, PointsSource, worth
from domain.wallet import WalletTransactionKind

ONE = Decimal(1)
SWEEP_AFTER = 3 * MINUTE
"""When after midnight the sweep comes by."""
REWARDER, EXPIRY = system("loyalty"), system("points-expiry")
PROGRESS = (
    ("achievement_progress", PointsSource.ACHIEVEMENT),
    ("challenge_progress", PointsSource.CHALLENGE),
)


class Ended(NamedTuple):
    """A completed ride, as far as the program looks at it."""

    ride_id: str
    at: int
    rider: str
    paid: int
    """Charged, less what was left as debt."""
    charged: int
    meters: int
    zone: Zone
    tier: Tier | None


class Basis(NamedTuple):
    """What an earn row is computed from: floor(base x rate x multiplier) less the cap."""

    base: Decimal
    rate: Decimal = ONE
    multiplier: Decimal = ONE
    cap: int | None = None


class Memory(NamedTuple):
    """What a ride changes and a void undoes."""

    rides: int
    days: tuple[int, int, int, int]
    goals: GoalsMemory


class Membership:
    """Starts with the first completed ride or the first points."""

    def __init__(self, world: World, fleet: Fleet, program: LoyaltySpec, ledger: Ledger) -> None:
        self._world, self._fleet, self._program, self._ledger = world, fleet, program, ledger
        self._goals: Goals | None = None
        self.joined = False
        self._ends: list[int] = []
        self._streak, self._streak_day = 0, -1
        self._earned_today, self._earning_day = 0, -1
        self.ride_earned = 0
        self._lines: list[Line] = []
        self.unlocks: list[list[object]] = []
        self._used_unlocks: dict[int, int] = {}
        self._earned = self._redeemed = 0
        self._active_at = 0
        self.slack = DAY
        """How much earlier all of it may be, and every day that counts stays the same."""

    @property
    def goals(self) -> Goals:
        """Made when first asked for: many never ride."""
        if self._goals is None:
            self._goals = Goals(self._fleet)
        return self._goals

    def tier(self, at: int) -> Tier:
        """The highest tier that the rides of the last four weeks give (LOY-4)."""
        tiers = self._fleet.tiers
        if len(self._ends) < tiers[1].spec.min_rides:
            return tiers[0]
        rides = len(self._ends) - bisect_right(self._ends, self._fleet.days.later(at, -WINDOW_DAYS))
        return next(tier for tier in reversed(tiers) if tier.spec.min_rides <= rides)

    def use_free_unlock(self, at: int, tier: Tier, ride_id: str) -> bool:
        """One of the tier's for this month, or else one that a challenge paid."""
        month = self._fleet.days.month(self._fleet.days.of(at)).toordinal()
        used = self._used_unlocks.get(month, 0)
        if used < tier.spec.free_unlocks:
            self._used_unlocks[month] = used + 1
            return True
        for unlock in self.unlocks:
            *_, expires_at, used_on = unlock
            if used_on is None and moment(at) < expires_at:  # type: ignore[operator]
                unlock[-1] = ride_id
                return True
        return False

    def ride_ended(self, ride: Ended) -> int:
        """Award a completed ride; the points that it brought altogether (LOY-2)."""
        self.joined = True
        self.lapse(ride.at)
        self._lines.clear()
        self._ends.append(ride.at)
        day = self._keep_day(ride.at)
        points = self._earn_ride(ride, day) + self._earn_parking(ride)
        if day != self._streak_day:
            self._streak = self._streak + 1 if day == self._streak_day + 1 else 1
            self._streak_day = day
            points += self._earn_streak(ride)
        self._count(ride, day)
        return points + self._pay_goals(ride.at, ride.rider, ride.ride_id)

    def referred(self, at: int) -> None:
        """A friend was brought, which achievements count."""
        self.goals.count(at, {GoalMetric.REFERRALS: 1})
        self._pay_goals(at, REWARDER, None)

    def lapse(self, at: int) -> None:
        """All points lapse, if the days without activity were too many before this (LOY-8)."""
        days, points = self._program.expiration_days, self._ledger.balance[POINTS]
        if days is None or not points:
            return
        calendar = self._fleet.days
        sweep = calendar.midnights[calendar.of(self._active_at) + days + 1] + SWEEP_AFTER
        if sweep <= at:
            self._keep_day(sweep)
            operation = self._ledger.operation(sweep, EXPIRY)
            self._ledger.post(operation, POINTS, LoyaltyTransactionKind.EXPIRATION, -points)

    def give(
        self, kind: LoyaltyTransactionKind, at: int, actor: str, points: int, more: More
    ) -> Line | None:
        """Move points, which counts as activity of the customer."""
        operation = self._ledger.operation(at, actor)
        line = self._ledger.post(operation, POINTS, kind, points, more)
        if line is not None:
            self.joined, self._active_at = True, operation.at
            self._earned += max(0, points)
        return line

    def take_back(self, at: int, actor: str, points: int, more: More) -> int:
        """Points of a ride that was refunded, as far as they are still there; gives how many."""
        taken = min(points, self._ledger.balance[POINTS])
        operation = self._ledger.operation(at, actor)
        self._ledger.post(operation, POINTS, LoyaltyTransactionKind.REVERSAL, -taken, more)
        return taken

    def redeem(self, at: int, actor: str) -> None:
        """Turn points into credit, as many as may be (LOY-6)."""
        self.lapse(at)
        limit = self._program.max_redemption
        points = self._ledger.balance[POINTS]
        points = points if limit is None else min(points, limit)
        if points < self._fleet.usual.min_redemption:
            return
        credit = worth(points, self._fleet.usual.redemption_rate, self._fleet.spec.currency).minor
        operation = self._ledger.operation(at, actor)
        self._ledger.post(operation, POINTS, LoyaltyTransactionKind.REDEEM, -points)
        self._ledger.post(operation, BALANCE, WalletTransactionKind.POINTS_REDEMPTION, credit)
        self._redeemed += points
        self._active_at = operation.at

    def memory(self) -> Memory:
        days = self._streak, self._streak_day, self._earned_today, self._earning_day
        return Memory(len(self._ends), days, self.goals.memory())

    def undo(self, memory: Memory, at: int, actor: str, ride_id: str) -> None:
        """Take the last ride back: its points, its day and its counts (RID-10)."""
        for line in self._lines:
            more = More(ride_id=ride_id, reverses_id=line.id)
            self.take_back(at, actor, line.amount, more)
        del self._ends[memory.rides :]
        self._streak, self._streak_day, self._earned_today, self._earning_day = memory.days
        self.goals.restore(memory.goals)

    def close(self) -> None:
        """Write what the program knows of the customer at the end of history."""
        self.lapse(self._world.today)
        if not self.joined:
            return
        if self._program.expiration_days is not None:
            self._keep_day(self._active_at)
        whose, rows = self._ledger.whose, self._world.rows
        day = self._fleet.days.date_of(self._streak_day) if self._ends else None
        active = moment(self._active_at) if self._active_at else None
        sums = self._earned, self._redeemed, self._streak
        rows["loyalty_member"].append((*whose, self.tier(self._world.today).id, *sums, day, active))
        for table, source in PROGRESS:
            rows[table] += [(*whose, *progress) for progress in self.goals.progress(source)]
        rows["free_unlock"] += self.unlocks

    def _keep_day(self, at: int) -> int:
        """The day of something that must stay on its day."""
        day = self._fleet.days.of(at)
        self.slack = min(self.slack, at - self._fleet.days.midnights[day])
        return day

    def _earn_ride(self, ride: Ended, day: int) -> int:
        room = None
        if self._program.daily_cap is not None:
            if day != self._earning_day:
                self._earning_day, self._earned_today = day, 0
            room = self._program.daily_cap - self._earned_today
        base = Decimal(ride.paid).scaleb(-self._fleet.decimals)
        rate = self._fleet.usual.points_per_currency_unit
        basis = Basis(base, rate, _multiplier(ride.tier), room)
        self.ride_earned = self._earn(ride, PointsSource.RIDE, basis)
        self._earned_today += self.ride_earned
        return self.ride_earned

    def _earn_parking(self, ride: Ended) -> int:
        place = ride.zone.place
        if not place.reward:
            return 0
        basis = Basis(Decimal(place.reward), multiplier=place.multiplier)
        return self._earn(ride, PointsSource.PARKING, basis)

    def _earn_streak(self, ride: Ended) -> int:
        rate, cap = Decimal(self._program.streak_points), self._program.streak_cap
        basis = Basis(Decimal(self._streak - 1), rate, cap=cap)
        return self._earn(ride, PointsSource.STREAK, basis)

    def _earn(self, ride: Ended, source: PointsSource, basis: Basis) -> int:
        return self._award(ride.at, ride.rider, ride.ride_id, (source, basis))

    def _award(
        self, at: int, actor: str, ride_id: str | None, why: tuple[PointsSource, Basis]
    ) -> int:
        source, (base, rate, multiplier, cap) = why
        whole = int(base * rate * multiplier)
        points = whole if cap is None else min(whole, cap)
        if not points:
            return 0
        more = More(None, None, None, None, ride_id, None, source, base, rate, multiplier,
                    whole - points)  # fmt: skip
        line = self.give(LoyaltyTransactionKind.EARN, at, actor, points, more)
        if line is not None:
            self._lines.append(line)
        return points

    def _count(self, ride: Ended, day: int) -> None:
        self.goals.streak(self._streak)
        self.goals.count(
            ride.at,
            {
                GoalMetric.RIDES: 1,
                GoalMetric.DISTANCE_KM: ride.meters,
                GoalMetric.SPEND: ride.charged,
                GoalMetric.WEEKEND_RIDES: int(self._fleet.days.weekend[day]),
                GoalMetric.PREFERRED_PARKING: int(ride.zone.place.preferred),
            },
        )

    def _pay_goals(self, at: int, actor: str, ride_id: str | None) -> int:
        points = 0
        for goal in self.goals.reach(at):
            basis = Basis(Decimal(goal.spec.points))
            points += self._award(at, actor, ride_id, (goal.source, basis))
            self._pay(goal, at)
        return points

    def _pay(self, goal: Goal, at: int) -> None:
        """The credit and the free unlocks of a challenge (LOY-5)."""
        spec = goal.spec
        if spec.credit:
            operation = self._ledger.operation(at, REWARDER)
            more = More(note=spec.name)
            kind = WalletTransactionKind.CHALLENGE_REWARD
            self._ledger.post(operation, BALANCE, kind, spec.credit, more)
        expires = moment(self._fleet.days.end_of_next_month(at))
        for _ in range(spec.free_unlocks):
            fleet_id, customer_id = self._ledger.whose
            unlock_id = self._world.new_id(Prefix.FREE_UNLOCK, at)
            unlock = [fleet_id, unlock_id, customer_id, goal.id, expires, None]
            self.unlocks.append(unlock)


def _multiplier(tier: Tier | None) -> Decimal:
    return ONE if tier is None else tier.spec.multiplier
