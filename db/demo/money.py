"""The ledger of one customer: every line follows the one before it, and none is written twice."""

from decimal import Decimal
from typing import NamedTuple

from db.demo.world import World, moment
from domain.ids import Prefix
from domain.loyalty import LoyaltyTransactionKind, PointsSource
from domain.wallet import POINTS as POINTS_ACCOUNT
from domain.wallet import BonusReason, TransactionMode, WalletAccount, WalletTransactionKind

BALANCE, BONUS, POINTS = WalletAccount.BALANCE.value, WalletAccount.BONUS.value, POINTS_ACCOUNT
ACCOUNTS = (BALANCE, BONUS, POINTS)
PREFIXES = {
    BALANCE: Prefix.TRANSACTION,
    BONUS: Prefix.TRANSACTION,
    POINTS: Prefix.POINTS_TRANSACTION,
}


class Operation(NamedTuple):
    """One act, whose lines share an actor and an instant."""

    suffix: str
    """Of its id, and of the ids of what it leaves: one of each kind."""
    actor: str
    at: int


class More(NamedTuple):
    """What a line says besides its amount, in the order of the table."""

    note: str | None = None
    bonus_reason: BonusReason | None = None
    mode: TransactionMode | None = None
    reference: str | None = None
    ride_id: str | None = None
    reverses_id: str | None = None
    source: PointsSource | None = None
    base: Decimal | None = None
    rate: Decimal | None = None
    multiplier: Decimal | None = None
    capped_by: int | None = None


class Line(NamedTuple):
    """A line that was written, as far as another one may undo it."""

    id: str
    account: str
    amount: int


PLAIN = More()


class Ledger:
    """Running balances, and the rows behind them."""

    __slots__ = ("_earned", "_last", "_seq", "_world", "balance", "whose")

    def __init__(self, world: World, subaccount_id: str, customer_id: str) -> None:
        self._world = world
        self.whose = subaccount_id, customer_id
        self._last = 0
        self._earned: int | None = None
        self._seq = dict.fromkeys(ACCOUNTS, 0)
        self.balance = dict.fromkeys(ACCOUNTS, 0)

    def operation(self, at: int, actor: str) -> Operation:
        """An act at this instant, or right after the last one: a ledger never goes back."""
        self._last = at = max(at, self._last + 1)
        return Operation(self._world.suffix(at), actor, at)

    def post(
        self,
        operation: Operation,
        account: str,
        kind: WalletTransactionKind | LoyaltyTransactionKind,
        amount: int,
        more: More = PLAIN,
    ) -> Line | None:
        """Write a line; an amount of nothing leaves none."""
        if not amount:
            return None
        before = self.balance[account]
        self.balance[account] = after = before + amount
        self._seq[account] = seq = self._seq[account] + 1
        suffix, actor, at = operation
        if kind is LoyaltyTransactionKind.EARN:
            self._earned = at
        # A second line of money, on the other account, needs an id of its own.
        own = self._world.suffix(at) if account == BONUS else suffix
        line_id = f"{PREFIXES[account]}_{own}"
        self._world.rows["entry"].append((
            *self.whose, account, seq, before, amount, after, line_id,
            f"{Prefix.OPERATION}_{suffix}", kind, actor, *more, moment(at),
        ))  # fmt: skip
        return Line(line_id, account, amount)

    def close(self, *, deleted: bool) -> None:
        """Write the accounts, each with its newest line."""
        earned = None if self._earned is None else moment(self._earned)
        for account in ACCOUNTS:
            newest = self._seq[account] or None, deleted, earned if account == POINTS else None
            self._world.rows["account"].append(
                (*self.whose, account, self.balance[account], *newest)
            )
