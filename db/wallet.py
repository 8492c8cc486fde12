"""Accounts and their ledger: of money, and of points.

Constraints chain every entry to the one before it, and each account to its newest; the
application may write neither but through `post_entry`, see db/ledger.py. So no statement of it can
leave a false balance. Every key holds `subaccount_id`, and there are no triggers: the tables can be
distributed.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Computed,
    ForeignKeyConstraint,
    Index,
    Named,
    Numeric,
    Table,
    TableValuedAlias,
    Text,
    TypedColumns,
    UniqueConstraint,
    and_,
    any_,
    func,
    or_,
    select,
    text,
)

from db.page import Kind, Pages
from db.query import Connection, Query
from db.subaccount import subaccount
from db.tables import among, listed, metadata, refers, within
from db.types import Instant, MinorUnits, one_of
from domain import wallet as rules
from domain.access import Reach
from domain.ids import CustomerId, SubaccountId
from domain.loyalty import ISSUING, LoyaltyTransactionKind, PointsSource
from domain.money import Minor, Money
from domain.page import Page, PageKey, page
from domain.wallet import (
    ActivityFilter,
    BonusReason,
    TransactionMode,
    Wallet,
    WalletAccount,
    WalletTransaction,
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

reversal = entry.alias("reversal")
SELECTED = (
    select(
        entry.c.id,
        entry.c.subaccount_id,
        entry.c.customer_id,
        entry.c.account,
        entry.c.kind,
        entry.c.amount,
        entry.c.balance_after,
        subaccount.c.currency,
        entry.c.note,
        entry.c.bonus_reason,
        entry.c.transaction_mode,
        entry.c.external_reference,
        entry.c.actor,
        entry.c.ride_id,
        entry.c.reverses_id,
        reversal.c.id,
        entry.c.created_at,
    )
    .select_from(
        entry.join(subaccount, subaccount.c.id == entry.c.subaccount_id).outerjoin(
            reversal,
            and_(
                reversal.c.subaccount_id == entry.c.subaccount_id,
                reversal.c.reverses_id == entry.c.id,
            ),
        )
    )
    .where(within(entry.c.subaccount_id, entry.c.customer_id), entry.c.account != rules.POINTS)
)
BY_ID = Query(SELECTED.where(among(entry.c.id)))
OF_RIDES = Query(SELECTED.where(among(entry.c.ride_id)).order_by(entry.c.created_at, entry.c.id))
BALANCES = Query(
    select(
        account.c.customer_id,
        account.c.subaccount_id,
        account.c.kind,
        account.c.balance,
        subaccount.c.currency,
    )
    .select_from(account)
    .join(subaccount, subaccount.c.id == account.c.subaccount_id)
    .where(within(account.c.subaccount_id, account.c.customer_id), among(account.c.customer_id))
)
FILTERS: Mapping[str, Kind] = {
    "accounts": ARRAY(Text),
    "kinds": ARRAY(Text),
}


def filtered(keys: TableValuedAlias) -> list[ColumnElement[bool]]:
    """What an ActivityFilter asks for; the keys carry its members."""
    k = keys.c
    return [
        or_(k.accounts.is_(None), entry.c.account == any_(k.accounts)),
        or_(k.kinds.is_(None), entry.c.kind == any_(k.kinds)),
    ]


ACTIVITY = Pages(
    SELECTED,
    entry,
    owner="customer_id",
    time="created_at",
    span=True,
    filters=FILTERS,
    where=filtered,
)


async def of_customers(
    connection: Connection, reach: Reach, customer_ids: Sequence[str]
) -> dict[str, Wallet]:
    """The wallet of each customer that exists for the caller."""
    balances: dict[str, dict[str, Money]] = {}
    owners: dict[str, str] = {}
    for row in await connection.rows(BALANCES, reach, keys=customer_ids):
        customer_id, subaccount_id, kind, balance, currency = row
        owners[customer_id] = subaccount_id
        balances.setdefault(customer_id, {})[kind] = Money(balance, currency)
    return {
        id: Wallet(
            id,
            owners[id],
            found[WalletAccount.BALANCE],
            found[WalletAccount.BONUS],
        )
        for id, found in balances.items()
    }


async def transactions(
    connection: Connection, reach: Reach, ids: Sequence[str]
) -> dict[str, WalletTransaction]:
    """The ledger lines that exist for the caller, of those asked for."""
    found = await connection.rows(BY_ID, reach, keys=ids)
    return {row[0]: _transaction(row) for row in found}


async def of_rides(
    connection: Connection, reach: Reach, ride_ids: Sequence[str]
) -> dict[str, list[WalletTransaction]]:
    """The ledger lines behind each ride's payments and refunds, oldest first."""
    lines: dict[str, list[WalletTransaction]] = {id: [] for id in ride_ids}
    for row in await connection.rows(OF_RIDES, reach, keys=ride_ids):
        line = _transaction(row)
        lines[line.ride_id or ""].append(line)
    return lines


async def activity(
    connection: Connection, reach: Reach, keys: Sequence[PageKey[ActivityFilter]]
) -> dict[PageKey[ActivityFilter], Page[WalletTransaction]]:
    """A page of each customer's ledger, newest first (WAL-11)."""
    found = await ACTIVITY.read(connection, reach, keys)
    return {key: page(key, [_transaction(row) for row in rows]) for key, rows in found.items()}


def _transaction(row: tuple[Any, ...]) -> WalletTransaction:
    amount, balance_after, currency = row[5:8]
    return WalletTransaction(
        row[0],
        row[1],
        row[2],
        WalletAccount(row[3]),
        WalletTransactionKind(row[4]),
        Money(amount, currency),
        Money(balance_after, currency),
        *row[8:],
    )
