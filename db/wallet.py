"""What wallets hold, and the lines of the ledger behind it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    TableValuedAlias,
    Text,
    and_,
    any_,
    or_,
    select,
)

from db.ledger import account, entry
from db.page import Kind, Pages
from db.query import Connection, Query
from db.subaccount import subaccount
from db.tables import among, within
from domain import wallet as rules
from domain.access import Reach
from domain.money import Money
from domain.page import Page, PageKey, page
from domain.wallet import (
    ActivityFilter,
    Wallet,
    WalletAccount,
    WalletTransaction,
    WalletTransactionKind,
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
