"""What a server asks of its database, as the wire has it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from asyncpg import Connection
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

ENTRY = ("BEGIN", "COMMIT", "ROLLBACK")
"""How the round trips begin that only open and close a transaction."""


@contextmanager
def sent(engine: AsyncEngine) -> Iterator[list[str]]:
    """Every round trip of the pool's connections from here on, in order.

    A connection asks once for the types that it meets, so warm it up first.
    """
    trips: list[str] = []
    connections: set[Connection[Any]] = set()

    def note(query: Any) -> None:
        trips.append(query.query)

    def taken(connection: Any, *_: object) -> None:
        if connection.driver_connection not in connections:
            connections.add(connection.driver_connection)
            connection.driver_connection.add_query_logger(note)

    event.listen(engine.sync_engine, "checkout", taken)
    try:
        yield trips
    finally:
        event.remove(engine.sync_engine, "checkout", taken)
        for connection in connections:
            connection.remove_query_logger(note)


def data(trips: list[str]) -> list[str]:
    """Those that fetch the page: without the credential's, the transaction's and its settings'."""
    return [trip for trip in trips if "sign_in_" not in trip and not trip.startswith(ENTRY)]
