"""Accounts and their ledger, of money and of points, and the one way to write it: `post_entry`.

Constraints chain every entry to the one before it, and each account to its newest; the
application may write neither but through that function, a single statement that moves and appends.
So no statement of it can leave a false balance. Every key holds `subaccount_id`, and there are no
triggers: the tables can be distributed.
"""

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal

from asyncpg import UniqueViolationError
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    ForeignKeyConstraint,
    Index,
    Named,
    Numeric,
    Table,
    Text,
    TypedColumns,
    UniqueConstraint,
    func,
    null,
    select,
    text,
)

from db.query import Connection, Query
from db.tables import asked, listed, metadata, refers
from db.types import Instant, MinorUnits, one_of
from domain import wallet as rules
from domain.access import Reach
from domain.ids import CustomerId, SubaccountId
from domain.loyalty import ISSUING, LoyaltyTransactionKind, PointsSource
from domain.money import Minor
from domain.refusal import Code, Refusal, Refused
from domain.wallet import (
    BonusReason,
    Posting,
    TransactionMode,
    WalletAccount,
    WalletTransactionKind,
)


class AccountColumns(TypedColumns):
    subaccount_id: Named[SubaccountId] = Column(Text, primary_key=True)
    customer_id: Named[CustomerId] = Column(Text, primary_key=True)
    kind: Named[str] = Column(Text, primary_key=True)
    balance: Named[Minor] = Column(MinorUnits, server_default="0")
    head_seq: Named[int | None] = Column(BigInteger)
    # Whether the customer is deleted, whose accounts are in no sum and no list.
    closed: Named[bool] = Column(Boolean, server_default="false")
    last_earned_at: Named[datetime | None] = Column(Instant)


class EntryColumns(TypedColumns):
    subaccount_id: Named[SubaccountId] = Column(Text, primary_key=True)
    customer_id: Named[CustomerId] = Column(Text, primary_key=True)
    account: Named[str] = Column(Text, primary_key=True)
    seq: Named[int] = Column(BigInteger, primary_key=True)
    # Stored, as a foreign key needs it: unsaid, PostgreSQL 18 makes a generated column virtual.
    prev_seq: Named[int | None] = Column(BigInteger, Computed("nullif(seq - 1, 0)", persisted=True))
    prev_balance: Named[Minor] = Column(MinorUnits)
    amount: Named[Minor] = Column(MinorUnits)
    balance_after: Named[Minor] = Column(MinorUnits)
    id: Named[str] = Column(Text)
    txn: Named[str] = Column(Text)
    kind: Named[str] = Column(Text)
    actor: Named[str] = Column(Text)
    note: Named[str | None] = Column(Text)
    bonus_reason: Named[BonusReason | None] = Column(one_of(BonusReason))
    transaction_mode: Named[TransactionMode | None] = Column(one_of(TransactionMode))
    external_reference: Named[str | None] = Column(Text)
    ride_id: Named[str | None] = Column(Text)
    reverses_id: Named[str | None] = Column(Text)
    source: Named[PointsSource | None] = Column(one_of(PointsSource))
    basis_base: Named[Decimal | None] = Column(Numeric)
    basis_rate: Named[Decimal | None] = Column(Numeric)
    basis_multiplier: Named[Decimal | None] = Column(Numeric)
    basis_capped_by: Named[int | None] = Column(BigInteger)
    # The database's clock, read once the account is locked: in one account it follows `seq`.
    created_at: Named[datetime] = Column(Instant, server_default=func.clock_timestamp())


ACCOUNT = ("subaccount_id", "customer_id", "account")
ACCOUNTS = (*WalletAccount, rules.POINTS)
EARNED = f"account = '{rules.POINTS}' AND amount > 0 AND kind IN ({listed(ISSUING)})"
"""Which lines are points earned; word for word in the query that the index of them serves."""

account = Table(
    "account",
    metadata,
    AccountColumns,
    refers("customer_id", "customer"),
    CheckConstraint(f"kind IN ({listed(ACCOUNTS)})", "kind"),
    CheckConstraint("head_seq IS NOT NULL OR balance = 0", "no_balance_without_entry"),
    CheckConstraint(f"balance >= 0 OR kind = '{WalletAccount.BALANCE}'", "never_negative"),
    ForeignKeyConstraint(
        ["subaccount_id", "customer_id", "kind", "head_seq", "balance"],
        [f"entry.{name}" for name in (*ACCOUNT, "seq", "balance_after")],
        name="fk_account_head",
        deferrable=True,
        initially="DEFERRED",
        use_alter=True,
    ),
    Index(
        "ix_account_earned",
        "subaccount_id",
        "last_earned_at",
        postgresql_include=["customer_id"],
        postgresql_where=text("last_earned_at IS NOT NULL AND NOT closed"),
    ),
    Index("ix_account_balance", "subaccount_id", "kind", "closed", "balance", "customer_id"),
)
entry = Table(
    "entry",
    metadata,
    EntryColumns,
    ForeignKeyConstraint(
        ACCOUNT,
        ["account.subaccount_id", "account.customer_id", "account.kind"],
        name="fk_entry_account",
    ),
    ForeignKeyConstraint(
        [*ACCOUNT, "prev_seq", "prev_balance"],
        [f"entry.{name}" for name in (*ACCOUNT, "seq", "balance_after")],
        name="fk_entry_previous",
    ),
    ForeignKeyConstraint(
        ["subaccount_id", "reverses_id"],
        ["entry.subaccount_id", "entry.id"],
        name="fk_entry_reverses",
    ),
    refers("ride_id", "ride"),
    UniqueConstraint(*ACCOUNT, "seq", "balance_after", name="uq_entry_balance"),
    UniqueConstraint("subaccount_id", "txn", "customer_id", "account", name="uq_entry_txn"),
    UniqueConstraint("subaccount_id", "id", name="uq_entry_id"),
    UniqueConstraint("subaccount_id", "reverses_id", name="uq_entry_reverses"),
    CheckConstraint("seq >= 1", "seq"),
    CheckConstraint("amount <> 0", "amount"),
    CheckConstraint("balance_after = prev_balance + amount", "adds_up"),
    CheckConstraint("seq > 1 OR prev_balance = 0", "starts_at_zero"),
    CheckConstraint(
        f"CASE account WHEN '{rules.POINTS}' THEN kind IN ({listed([*LoyaltyTransactionKind])})"
        f" ELSE kind IN ({listed([*WalletTransactionKind])}) END",
        "kind",
    ),
    CheckConstraint(
        "balance_after >= 0 OR amount > 0"
        f" OR account = '{WalletAccount.BALANCE}' AND kind IN ({listed(rules.OVERDRAWING)})",
        "overdraws",
    ),
    CheckConstraint(f"(kind = '{WalletTransactionKind.REVERSAL}') OR reverses_id IS NULL", "undo"),
    CheckConstraint(f"source IS NULL OR account = '{rules.POINTS}'", "source"),
    CheckConstraint(
        "num_nonnulls(basis_base, basis_rate, basis_multiplier, basis_capped_by) IN (0, 4)",
        "basis",
    ),
    Index("ix_entry_time", "subaccount_id", "customer_id", "created_at", "id"),
    Index(
        "ix_entry_ride", "subaccount_id", "ride_id", postgresql_where=text("ride_id IS NOT NULL")
    ),
    Index(
        "ix_entry_earned",
        "subaccount_id",
        "created_at",
        postgresql_include=["customer_id", "amount"],
        postgresql_where=text(EARNED),
    ),
    Index(
        "ux_entry_external_reference",
        "subaccount_id",
        "transaction_mode",
        "external_reference",
        unique=True,
        postgresql_where=text("external_reference IS NOT NULL"),
    ),
)

POST = Query(
    select(
        func.post_entry(
            asked("subaccount_id", Text),
            asked("customer_id", Text),
            asked("account", Text),
            asked("amount", BigInteger),
            asked("floor", BigInteger),
            asked("id", Text),
            asked("operation", Text),
            asked("kind", Text),
            asked("actor", Text),
            asked("note", Text),
            asked("bonus_reason", Text),
            asked("transaction_mode", Text),
            asked("external_reference", Text),
            null(),  # of no ride
            asked("reverses_id", Text),
            type_=MinorUnits,
        )
    )
)
ONCE = {
    "ux_entry_external_reference": Refusal(Code.ALREADY_EXISTS, "external_reference"),
    "uq_entry_reverses": Refusal(Code.CONFLICT, "transaction_id"),
}
"""What the ledger holds once, by the constraint that says so, and what a second one is told."""


async def post(
    connection: Connection, reach: Reach, posting: Posting, *, id: str, operation: str, actor: str
) -> Minor | None:
    """Move an account and append the entry, in one statement; give the balance after.

    None means that nothing was done: the move would have gone below the posting's floor, or the
    customer is deleted. A payment recorded before, or a line undone before, is refused, also
    where another transaction is at it in this moment.
    """
    try:
        ((balance_after,),) = await connection.rows(
            POST, reach, **asdict(posting), id=id, operation=operation, actor=actor
        )
    except UniqueViolationError as error:
        second = ONCE.get(error.constraint_name or "")
        if second is None:
            raise
        raise Refused(second) from error
    return None if balance_after is None else Minor(balance_after)
