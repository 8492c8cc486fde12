"""Making room for millions of rows: what is checked row by row is checked once, at the end.

All of it is part of the transaction that loads: nobody ever sees the tables without.
"""

from collections.abc import Sequence

import asyncpg

from db.demo.columns import COLUMNS

LIMITS = """
SET LOCAL lock_timeout = '5s';
SET LOCAL maintenance_work_mem = '1GB';
SET LOCAL work_mem = '64MB';
SET LOCAL hash_mem_multiplier = 4
"""
KEYS = """
SELECT conrelid::regclass::text AS owner, quote_ident(conname) AS name,
  pg_get_constraintdef(oid) AS definition
FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND contype = $1
  AND conrelid <> 'alembic_version'::regclass
ORDER BY conname
"""
INDEXES = """
SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
WHERE c.relnamespace = 'public'::regnamespace
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype <> 'f')
ORDER BY c.relname, i.indexrelid
"""

TARGETS = """
SELECT format('ALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s',
  a.attrelid::regclass, a.attnum, a.attstattarget) AS definition
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'i' AND a.attstattarget >= 0
ORDER BY a.attrelid, a.attnum
"""
"""How closely the planner looks at some of them; an index without a word of it forgets."""


async def make_room(connection: asyncpg.Connection) -> Sequence[str]:
    """Take keys and indexes away; gives how to have them back, in order.

    Checks stay. COPY knows no row security, so the owner is free of it meanwhile.
    """
    await connection.execute(LIMITS)
    primary = await connection.fetch(KEYS, b"p")
    foreign = await connection.fetch(KEYS, b"f")
    unique = await connection.fetch(KEYS, b"u")
    indexes = await connection.fetch(INDEXES)
    targets = await connection.fetch(TARGETS)
    keys = (*foreign, *unique, *primary)
    removing = [f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY" for name in COLUMNS]
    removing += [f"ALTER TABLE {key['owner']} DROP CONSTRAINT {key['name']}" for key in keys]
    removing += [f"DROP INDEX {index['name']}" for index in indexes]
    await connection.execute(";".join(removing))
    return [
        *(row["definition"] for row in (*indexes, *targets)),
        *(
            f"ALTER TABLE {key['owner']} ADD CONSTRAINT {key['name']} {key['definition']}"
            for key in (*primary, *unique, *foreign)
        ),
    ]


async def restore(connection: asyncpg.Connection, removed: Sequence[str]) -> None:
    """Have everything back, and the planner know; fails where a row breaks a key."""
    for statement in removed:
        await connection.execute(statement)
    await connection.execute(f"ANALYZE {', '.join(COLUMNS)}")


async def close(connection: asyncpg.Connection) -> None:
    """Let the owner see no more than policies show, as ever."""
    force = (f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY" for name in COLUMNS)
    await connection.execute(";".join(force))
