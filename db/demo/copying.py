"""Writing the lives of copies: what hangs on a customer, once more for each that lives it again.

Whatever holds of one customer's rows holds of a copy's: amounts are the same, all times are earlier
by the same, ids differ by what they end with, and vehicles and receipts have copies as well.
"""

from collections.abc import Iterator

import asyncpg
from sqlalchemy import Column, DateTime, Table

from db.demo.columns import COLUMNS
from db.demo.world import mark
from db.tables import metadata

TABLE = "copied"
KNOWN = {
    "subaccount_id": "text", "told_id": "text", "id": "text", "mark": "text",
    "earlier": "interval", "sooner": "interval", "number": "bigint", "name": "text",
    "email": "text", "phone": "text", "referral_code": "text", "receipts": "bigint",
}  # fmt: skip
"""Of everybody, fleet by fleet and by number: whose life they live, how much `earlier` than it was
told, and how much `sooner` they joined."""
CREATE = "CREATE TEMPORARY TABLE {} ({}) ON COMMIT DROP".format(
    TABLE, ", ".join(f"{name} {kind}" for name, kind in KNOWN.items())
)
RENUMBER = f"""
UPDATE customer SET number = c.number, email = c.email, phone = c.phone,
  referral_code = c.referral_code
FROM {TABLE} c
WHERE customer.subaccount_id = c.subaccount_id AND customer.id = c.id AND c.id = c.told_id
"""  # noqa: S608  (names of ours)
RIDDEN = """
UPDATE vehicle SET status = 'IN_USE'
FROM ride
WHERE ride.subaccount_id = vehicle.subaccount_id AND ride.vehicle_id = vehicle.id
  AND ride.status = 'ACTIVE' AND vehicle.status = 'AVAILABLE'
"""
WHOSE = {"customer": "id", "referral": "referee_id"}
"""Where the customer of a row is named, if not by `customer_id`."""
LEFT_OUT = {"rider", "device", "customer_search"}
"""Credentials and phones are told ones' own; what search looks in is made of the rest."""
MARK = len(mark(0))
RECEIPT_DIGITS = 7
RENEWED = {
    "id", "package_purchase_id", "request_id", "reverses_id", "ride_id", "ride_subscription_id",
    "stripe_customer_id", "stripe_payment_method_id", "stripe_subscription_id", "txn", "vehicle_id",
}  # fmt: skip
"""Names of things that a copy has of its own."""
ACTORS = {"actor", "started_by", "ended_by"}
BEGINNING = {
    ("customer", "joined_at"), ("phone_lookup", "checked_at"), ("referral", "created_at"),
    ("signup_location", "recorded_at"),
}  # fmt: skip
RECEIPT = (
    f"lpad((right(t.{{0}}, {RECEIPT_DIGITS})::bigint + c.receipts)::text, {RECEIPT_DIGITS}, '0')"
)
WELCOME = "t.{0} - CASE t.type WHEN 'ACCOUNT' THEN c.sooner ELSE c.earlier END"
SPECIAL = {
    ("customer", "id"): "c.id",
    ("customer", "number"): "c.number",
    ("customer", "name"): "c.name",
    ("customer", "email"): "c.email",
    ("customer", "phone"): "c.phone",
    ("customer", "referral_code"): "c.referral_code",
    ("entry", "external_reference"): f"left(t.{{0}}, -{RECEIPT_DIGITS}) || {RECEIPT}",
    ("free_unlock", "expires_at"): "t.{0}",
    ("identity_verification", "verified_name"): "CASE WHEN t.{0} IS NOT NULL THEN c.name END",
    ("notification", "created_at"): WELCOME,
    ("notification", "delivered_at"): WELCOME,
    ("referral", "referrer_id"): "r.id",
}


async def copy(connection: asyncpg.Connection) -> None:
    """Write what `copied` asks for, from what was told and is all that its fleets hold so far."""
    await connection.execute(f"ANALYZE {TABLE}, {', '.join(COLUMNS)}")
    for statement in statements():
        await connection.execute(statement)
    await connection.execute(RENUMBER)
    await connection.execute(RIDDEN)


def statements() -> Iterator[str]:
    """A statement for each table, which is to run while it holds what was told and no more."""
    for table in reversed(metadata.sorted_tables):
        if table.name not in LEFT_OUT and (
            table.name in {"fare", *WHOSE} or "customer_id" in table.c
        ):
            yield _statement(table)


def _statement(table: Table) -> str:
    columns = COLUMNS[table.name]
    values = ", ".join(_value(table.name, table.c[column]) for column in columns)
    return (
        f"INSERT INTO {table.name} ({', '.join(columns)})"  # noqa: S608  (names of ours)
        f" SELECT {values} FROM {TABLE} c JOIN {_told(table.name)} WHERE c.id <> c.told_id"
    )


def _told(table: str) -> str:
    """The rows of a table with those whom they were told of."""
    same = "t.subaccount_id = c.subaccount_id AND"
    if table == "fare":
        return (
            "(ride JOIN fare t ON t.subaccount_id = ride.subaccount_id AND t.ride_id = ride.id)"
            f" ON {same} ride.customer_id = c.told_id"
        )
    rows = f"{table} t ON {same} t.{WHOSE.get(table, 'customer_id')} = c.told_id"
    if table == "referral":
        rows += (
            f" JOIN {TABLE} r ON r.subaccount_id = c.subaccount_id"
            " AND r.told_id = t.referrer_id AND r.mark = c.mark"
        )
    return rows


def _value(table: str, column: Column[object]) -> str:
    name = column.name
    if (table, name) in SPECIAL:
        return SPECIAL[table, name].format(name)
    if name == WHOSE.get(table, "customer_id"):
        return "c.id"
    if name in RENEWED:
        return f"left(t.{name}, -{MARK}) || c.mark"
    if name in ACTORS:
        return f"CASE WHEN t.{name} = c.told_id THEN c.id ELSE t.{name} END"
    if isinstance(column.type, DateTime):
        return f"t.{name} - c.{'sooner' if (table, name) in BEGINNING else 'earlier'}"
    return f"t.{name}"
