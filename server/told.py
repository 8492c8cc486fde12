"""What a database has against what a command wants, as its caller is told."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.exc import DBAPIError

from db.grant import Ungrantable
from db.inspection import Unservable
from db.load import Contradicted
from domain.fault import Overloaded
from server.failure import Failure


@contextmanager
def told() -> Iterator[None]:
    """What the database has against the work in here, as a `Failure` of one line."""
    try:
        yield
    except (Contradicted, Ungrantable, Unservable) as error:
        raise Failure(str(error)) from error
    except Overloaded as error:
        raise Failure(_reason(error.__cause__ or error)) from error
    except (DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        raise Failure(_reason(error)) from error


def _reason(error: BaseException) -> str:
    if isinstance(error, DBAPIError) and error.orig is not None and error.orig.__cause__:
        return _reason(error.orig.__cause__)  # what asyncpg said
    lines = str(error).splitlines() or [type(error).__name__]
    what = "cannot be reached" if isinstance(error, OSError) else "refuses"
    return f"the database {what}: {lines[0]}"
