"""A database is served only as a login that row security holds, and only when it is migrated."""

from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import make_url

from db import inspection, revision
from db.embedded import Addresses
from db.inspection import Unservable, inspect
from db.migrate import FOLDER
from db.revision import catch_up, newest


@pytest.fixture
async def caught_up(database: Addresses) -> Addresses:
    await catch_up(database.owner, database.application)
    return database


@pytest.fixture
async def login(store: asyncpg.Pool) -> AsyncIterator[str]:
    """A login without any rights, for a test to give it some."""
    name = f"login_{uuid4().hex[:8]}"
    await store.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'secret'")
    yield name
    await store.execute(f"DROP OWNED BY {name}; DROP ROLE {name}")


def as_login(database: Addresses, name: str) -> str:
    url = make_url(database.application).set(username=name, password="secret")  # noqa: S106
    return url.render_as_string(hide_password=False)


def test_the_newest_revision_is_the_one_that_alembic_would_end_at() -> None:
    assert newest() == ScriptDirectory(str(FOLDER)).get_current_head()


@pytest.mark.rule("ROL-7")
async def test_the_applications_own_login_may_serve(caught_up: Addresses) -> None:
    await inspect(caught_up.application)


@pytest.mark.rule("ROL-7")
@pytest.mark.parametrize(
    ("given", "right"),
    [
        ("ALTER ROLE {0} SUPERUSER", "is a superuser"),
        ("ALTER ROLE {0} BYPASSRLS", "bypasses row security"),
        ("ALTER ROLE {0} CREATEROLE", "makes roles"),
        ("CREATE TABLE owned_by_{0} (); ALTER TABLE owned_by_{0} OWNER TO {0}",
         "owns tables or functions of it"),
    ],
)  # fmt: skip
async def test_no_login_serves_that_could_pass_row_security(
    caught_up: Addresses, store: asyncpg.Pool, login: str, given: str, right: str
) -> None:
    await store.execute(f"GRANT kickstand_app TO {login}; {given.format(login)}")

    with pytest.raises(Unservable) as refused:
        await inspect(as_login(caught_up, login))

    assert str(refused.value) == (
        f"the database's login {login} {right}: row security would not hold it"
    )


@pytest.mark.rule("ROL-7")
@pytest.mark.parametrize(
    ("role", "right"),
    [
        ("kickstand_gate", "owns tables or functions of it"),
        ("kickstand_ledger", "owns tables or functions of it"),
        ("postgres", "is a superuser"),
    ],
)
async def test_nor_one_that_could_become_such_a_login(
    caught_up: Addresses, store: asyncpg.Pool, login: str, role: str, right: str
) -> None:
    between = f"{login}_between"
    await store.execute(
        f"CREATE ROLE {between} NOINHERIT; GRANT {between} TO {login}; GRANT {role} TO {between}"
    )

    with pytest.raises(Unservable, match=f"login {login} may become {role}, who {right}"):
        await inspect(as_login(caught_up, login))

    await store.execute(f"DROP ROLE {between}")


async def test_the_owner_of_the_tables_does_not_serve(caught_up: Addresses) -> None:
    with pytest.raises(Unservable, match="login kickstand_owner owns tables"):
        await inspect(caught_up.owner)


async def test_a_database_that_was_never_migrated_is_not_served(caught_up: Addresses) -> None:
    elsewhere = make_url(caught_up.application).set(database="postgres")

    with pytest.raises(Unservable, match=f"is at revision none, and {newest()} is needed"):
        await inspect(elsewhere.render_as_string(hide_password=False))


async def test_a_migration_that_has_not_run_keeps_the_server_from_starting(
    caught_up: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspection, "newest", lambda: "9999")

    with pytest.raises(Unservable, match=f"at revision {newest()}, and 9999 is needed"):
        await inspect(caught_up.application)


async def test_an_older_server_serves_and_leaves_what_a_newer_one_migrated(
    caught_up: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (inspection, revision):
        monkeypatch.setattr(module, "newest", lambda: "0000")

    await inspect(caught_up.application)

    assert await catch_up(caught_up.owner, caught_up.application) is False


async def test_catching_up_lets_a_login_in_once(caught_up: Addresses, login: str) -> None:
    application = as_login(caught_up, login)
    with pytest.raises(Unservable, match="is at revision none"):
        await inspect(application)

    done = [await catch_up(caught_up.owner, application) for _ in range(2)]

    assert done == [True, False]
    await inspect(application)
