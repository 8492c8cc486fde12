"""Money back: a part of a ride, or all of it as though it had never been."""

from db.demo.audit import write_audit
from db.demo.life import LastRide, Life
from db.demo.money import BALANCE, BONUS, More
from db.demo.ride import ride
from db.demo.ride_row import FREE_UNLOCK, POINTS_EARNED, REFUNDED, STATUS
from db.demo.week import Trip
from db.demo.world import MINUTE
from domain.access import Role
from domain.ride import RideStatus
from domain.wallet import WalletTransactionKind


def refund(life: Life, at: int, part: int) -> None:
    """One part in so many of the last ride, with the points that it earned (RID-8)."""
    last, life.last = life.last, None
    if last is None or not last.fare.total:
        return
    amount = -(-last.fare.total // part)
    _give_back(life, at, (last, amount), "refund_ride")
    points = last.ride_points * amount // last.fare.total
    if life.member is not None and points:
        manager = life.world.staff[Role.FLEET_MANAGER]
        taken = life.member.take_back(at, manager, points, More(ride_id=last.id))
        last.row[POINTS_EARNED] = last.points - taken


def voided(life: Life, at: int, trip: Trip) -> None:
    """A ride that an operator undoes soon after; one that led to more is left as it is (RID-10)."""
    memory = life.member.memory() if life.member else None
    settled = life.referral is None
    last = ride(life, at, trip)
    if last is None or not settled or not _plain(last):
        return
    if life.member is not None and memory is not None:
        if life.member.goals.reached != memory.goals.reached:
            return
        manager = life.world.staff[Role.FLEET_MANAGER]
        life.member.undo(memory, last.end + 10 * MINUTE, manager, last.id)
    life.last = None
    _give_back(life, last.end + 10 * MINUTE, (last, last.fare.total), "void_ride")
    last.row[STATUS], last.row[POINTS_EARNED] = RideStatus.VOIDED, 0
    life.rides -= 1


def _plain(last: LastRide) -> bool:
    """Whether money was all that the ride took."""
    covered = last.fare.covered_by_plan or last.fare.promo_discount or last.row[FREE_UNLOCK]
    return bool(last.fare.total) and not covered


def _give_back(life: Life, at: int, what: tuple[LastRide, int], action: str) -> None:
    """Debt first, then card, balance and bonus; the card's part is no line of ours."""
    last, amount = what
    from_bonus, from_balance, by_card, debt = last.paid
    to_debt = min(amount, debt)
    to_card = min(amount - to_debt, by_card)
    to_balance = min(amount - to_debt - to_card, from_balance)
    to_bonus = min(amount - to_debt - to_card - to_balance, from_bonus)
    operation = life.act(at, life.world.staff[Role.FLEET_MANAGER])
    words = life.fleet.spec.words
    reason = life.world.one_of(words.void if action == "void_ride" else words.refund)
    more = More(note=reason, ride_id=last.id)
    kind = WalletTransactionKind.RIDE_REFUND
    life.ledger.post(operation, BALANCE, kind, to_debt + to_balance, more)
    life.ledger.post(operation, BONUS, kind, to_bonus, more)
    last.row[REFUNDED] = amount
    life.spent -= amount
    write_audit(life, operation, action, reason, refunded=(0, amount))
