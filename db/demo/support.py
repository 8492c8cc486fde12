"""What operators do to a customer, each act with its entry in the trail."""

from typing import NamedTuple

from db.demo import news
from db.demo.audit import write_audit
from db.demo.identity import METHOD, NOTES, REASON, show_document
from db.demo.life import Life
from db.demo.money import BALANCE, BONUS, POINTS, Line, More
from db.demo.wallet import charge_automatically
from db.demo.world import moment
from domain.access import Role
from domain.identity import IdentityMethod, IdentityStatus
from domain.ids import Prefix
from domain.loyalty import LoyaltyTransactionKind
from domain.notice import DEBT
from domain.notification import NotificationType
from domain.wallet import BonusReason, WalletTransactionKind

REASONS = tuple(BonusReason)
CORRECTIONS = (-40, 15, 25, 50, 100)
"""Points that are given or taken by hand."""
GIFTS = (50, 100, 200)
ACTIONS = {
    WalletTransactionKind.CREDIT: (Role.CUSTOMER_SUPPORT, "add_wallet_credit"),
    WalletTransactionKind.BONUS: (Role.CUSTOMER_SUPPORT, "add_bonus"),
    WalletTransactionKind.FEE: (Role.CUSTOMER_SUPPORT, "charge_fee"),
    WalletTransactionKind.DEBIT: (Role.FLEET_MANAGER, "reduce_balance"),
    WalletTransactionKind.REVERSAL: (Role.FLEET_MANAGER, "reverse_wallet_transaction"),
    WalletTransactionKind.BULK_CREDIT: (Role.ADMIN, "bulk_wallet_credit"),
    WalletTransactionKind.IMPORT: (Role.ADMIN, "import_customers"),
}


class Change(NamedTuple):
    kind: WalletTransactionKind
    amount: int
    account: str = BALANCE


def credit(life: Life, at: int, _: object) -> None:
    more = More(note=life.world.one_of(life.fleet.spec.words.credit))
    amount = life.world.one_of(life.fleet.spec.gifts)
    life.undoable = _post(life, at, Change(WalletTransactionKind.CREDIT, amount), more)


def bonus(life: Life, at: int, _: object) -> None:
    """Promotional money; a reason of its own needs a note (WAL-6)."""
    reason = life.world.one_of(REASONS)
    noted = reason is BonusReason.OTHER or life.world.happens(0.5)
    note = life.world.one_of(life.fleet.spec.words.bonus) if noted else None
    amount = life.world.one_of(life.fleet.spec.gifts)
    change = Change(WalletTransactionKind.BONUS, amount, BONUS)
    life.undoable = _post(life, at, change, More(note=note, bonus_reason=reason))


def fee(life: Life, at: int, _: object) -> None:
    """It may take the balance below zero, which the customer hears of once (WAL-4)."""
    note, amount = life.world.one_of(life.fleet.spec.words.fees)
    before = life.balance
    life.undoable = _post(life, at, Change(WalletTransactionKind.FEE, -amount), More(note=note))
    if before >= 0 > life.balance:
        news.tell(life, at, DEBT, amount=news.money(life, life.balance))
    charge_automatically(life, at)


def debit(life: Life, at: int, _: object) -> None:
    """A correction, in silence (WAL-5)."""
    amount = min(life.balance, life.world.one_of(life.fleet.spec.gifts))
    if amount > 0:
        more = More(note=life.world.one_of(life.fleet.spec.words.debit))
        life.undoable = _post(life, at, Change(WalletTransactionKind.DEBIT, -amount), more)


def reverse(life: Life, at: int, _: object) -> None:
    """Undo the newest line that may be undone; a bonus only while it is still there (WAL-10)."""
    line, life.undoable = life.undoable, None
    if line is None or (line.account == BONUS and life.ledger.balance[BONUS] < line.amount):
        return
    more = More(note=life.world.one_of(life.fleet.spec.words.reversal), reverses_id=line.id)
    _post(life, at, Change(WalletTransactionKind.REVERSAL, -line.amount, line.account), more)


def credit_in_bulk(life: Life, at: int, _: object) -> None:
    change = Change(WalletTransactionKind.BULK_CREDIT, life.fleet.spec.gifts[0])
    _post(life, at, change, More(note=life.fleet.spec.words.credit[-1]))


def import_balance(life: Life, at: int, _: object) -> None:
    """What the customer had in the fleet's former system (BLK-4)."""
    amount = life.world.one_of(life.fleet.spec.top_ups)
    _post(life, at, Change(WalletTransactionKind.IMPORT, amount), More())


def adjust_points(life: Life, at: int, _: object) -> None:
    """Points by hand, which never end below zero (LOY-7)."""
    points = life.world.one_of(CORRECTIONS)
    _move_points(life, at, LoyaltyTransactionKind.ADJUSTMENT, points)


def give_points(life: Life, at: int, _: object) -> None:
    _move_points(life, at, LoyaltyTransactionKind.BONUS, life.world.one_of(GIFTS))


def redeem_points(life: Life, at: int, _: object) -> None:
    if life.member is not None:
        life.active_at = max(life.active_at, at)
        life.member.redeem(at, life.person.id)


def add_note(life: Life, at: int, _: object) -> None:
    operator = life.world.one_of(
        (life.world.staff[Role.CUSTOMER_SUPPORT], life.world.staff[Role.FLEET_MANAGER])
    )
    operation = life.act(at, operator)
    life.world.rows["customer_note"].append((
        life.fleet.id, f"{Prefix.NOTE}_{operation.suffix}", life.person.id,
        life.world.one_of(life.fleet.spec.words.notes), operator, moment(operation.at),
    ))  # fmt: skip
    write_audit(life, operation, "add_customer_note")


def announce(life: Life, at: int, _: object) -> None:
    """A message that operators wrote, to those who read their language."""
    if life.person.locale[:2] == life.fleet.spec.locale[:2]:
        words = life.world.one_of(life.fleet.spec.words.announcements)
        operator = life.world.staff[Role.ADMIN]
        news.send(life, at, NotificationType.ZONE, words, operator)
        operation = life.act(at, operator)
        write_audit(life, operation, "send_notification", title=(None, words[0]))


def block(life: Life, at: int, _: object) -> None:
    reason = life.world.one_of(life.fleet.spec.words.block)
    operation = life.act(at, life.world.staff[Role.ADMIN])
    life.blocked = operation.at, reason
    write_audit(life, operation, "block_customer", reason, blocked=(False, True))


def unblock(life: Life, at: int, _: object) -> None:
    operation = life.act(at, life.world.staff[Role.ADMIN])
    life.blocked = None
    write_audit(life, operation, "unblock_customer", blocked=(True, False))


def require_identity(life: Life, at: int, _: object) -> None:
    """Ask for a document from now on (IDV-1)."""
    identity, reason = life.identity, life.world.one_of(life.fleet.spec.words.identity)
    if identity.required:
        return
    operation = life.act(at, life.world.staff[Role.ADMIN])
    before, identity.status = identity.status, IdentityStatus.PENDING
    identity.required, identity.row[REASON] = True, reason
    change = (before, identity.status)
    write_audit(life, operation, "require_identity_verification", reason, status=change)


def verify_identity(life: Life, at: int, _: object) -> None:
    """An operator looked at the document (IDV-3)."""
    identity = life.identity
    if identity.status is not IdentityStatus.PENDING:
        return
    operation = life.act(at, life.world.staff[Role.ADMIN])
    show_document(life.world, life.fleet, life.person, identity, operation.at)
    note = life.fleet.spec.words.document
    identity.row[METHOD], identity.row[NOTES] = IdentityMethod.MANUAL, note
    change = (IdentityStatus.PENDING, identity.status)
    write_audit(life, operation, "verify_identity_manually", note, status=change)


def delete(life: Life, at: int, _: object) -> None:
    """Only without a debt; cards go, plans end, the ledger stays (CUS-5)."""
    if life.balance < 0:
        return
    for taken in life.subscriptions:
        taken.cancel(at, immediately=True)
    operation = life.act(at, life.world.staff[Role.ADMIN])
    life.deleted = operation.at
    write_audit(life, operation, "delete_customer", deleted=(False, True))


def _move_points(life: Life, at: int, kind: LoyaltyTransactionKind, points: int) -> None:
    if life.member is None:
        return
    life.member.lapse(at)
    before = life.ledger.balance[POINTS]
    if before + points < 0:
        return
    note = life.world.one_of(life.fleet.spec.words.adjustment)
    operator = life.world.staff[Role.FLEET_MANAGER]
    life.member.give(kind, at, operator, points, More(note=note))
    operation = life.act(at, operator)
    write_audit(life, operation, "adjust_points", note, points=(before, before + points))


def _post(life: Life, at: int, change: Change, more: More) -> Line | None:
    role, action = ACTIONS[change.kind]
    operation = life.act(at, life.world.staff[role])
    before = life.ledger.balance[change.account]
    line = life.ledger.post(operation, change.account, change.kind, change.amount, more)
    after = life.ledger.balance[change.account]
    changed = {change.account.lower(): (before, after)}
    write_audit(life, operation, action, more.note, **changed)
    return line
