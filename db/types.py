"""Column types that keep the domain's own types through the database."""

import re
from enum import StrEnum

from sqlalchemy import BigInteger, DateTime, Enum, Numeric
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import TypeDecorator

from domain.money import Minor


class MinorUnits(TypeDecorator[Minor]):
    """Money in minor units; eight bytes, so no fleet outgrows it."""

    impl = BigInteger
    cache_ok = True


Instant = DateTime(timezone=True)
Percent = Numeric(5, 2)


def one_of(kind: type[StrEnum]) -> Enum:
    """Text under a CHECK: PostgreSQL's own enums are not leakproof, so policies spoil indexes."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        name=re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower(),
        values_callable=lambda members: [member.value for member in members],
    )


@compiles(Enum, "postgresql")
def _as_text(*_: object, **__: object) -> str:
    return "TEXT"
