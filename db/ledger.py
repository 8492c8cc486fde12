"""The one way to write the ledger: `post_entry`, a single statement that moves and appends."""

from dataclasses import asdict

from asyncpg import UniqueViolationError
from sqlalchemy import BigInteger, Text, func, null, select

from db.query import Connection, Query
from db.tables import asked
from db.types import MinorUnits
from domain.access import Reach
from domain.money import Minor
from domain.refusal import Code, Refusal, Refused
from domain.wallet import Posting

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
