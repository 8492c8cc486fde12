"""The command line: what it prints, and how it says what is wrong."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import click
import httpx
import pytest
from sqlalchemy import make_url

from db.demo import CUSTOMERS_MIN
from db.embedded import Addresses, Cluster
from db.revision import newest
from server import cli, credentials
from server.settings import Settings, read, variable
from server.wiring import wire
from tests.make import Fleet, Make

HOUSE = Path(__file__).parents[2]
CONFIGURATION = (HOUSE / "docs" / "configuration.md").read_text()
ISSUER = """[{"issuer": "kickstand-development", "audience": "kickstand", "kind": "OPERATOR",
              "algorithms": ["ES256"], "jwks_url": "https://login.example/jwks"}]"""
NOWHERE = "postgresql://kickstand:s3cret@127.0.0.1:1/kickstand"
Said: TypeAlias = Callable[..., tuple[object, str, str]]
Ask: TypeAlias = Callable[..., Any]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Said:
    """A command's exit code, what it prints and what it complains of, without a process."""

    def run(*arguments: str, **given: str) -> tuple[object, str, str]:
        for name in ("DATABASE_URL", *map(variable, Settings.model_fields)):
            monkeypatch.delenv(name, raising=False)
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["kickstand", *arguments])
        with pytest.raises(SystemExit) as end:
            cli.main()
        return end.value.code or 0, *capsys.readouterr()

    return run


@pytest.fixture
async def fleets(make: Make) -> list[Fleet]:
    return [await make.fleet() for _ in range(3)]


@pytest.fixture
async def customer_id(fleet: Fleet) -> str:
    return await fleet.customer()


@pytest.fixture
def own(anyio_backend: str, database: Addresses, tmp_path: Path) -> dict[str, str]:
    """Settings for this test's own data folder, and the database of its worker."""
    assert anyio_backend  # by which plain tests have async fixtures
    return {
        "DATABASE_URL": database.application,
        "KICKSTAND_OWNER_URL": database.owner,
        "KICKSTAND_DATA": str(tmp_path),
    }


def invalid(option: str, variable: str, reason: str) -> str:
    return f"Invalid value for '--{option}' (env var: '{variable}'): {reason}"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["fly"], "No such command 'fly'."),
        (["dev", "--zzz"], "No such option '--zzz'."),
        (["dev", "--port", "http"],
         invalid("port", "KICKSTAND_PORT", "'http' is not a valid integer.")),
        (["dev", "--port", "70000"], "KICKSTAND_PORT: should be less than or equal to 65535"),
        (["demo", "--customers", "199"],
         invalid("customers", "KICKSTAND_DEMO_CUSTOMERS", "199 is not in the range x>=200.")),
        (["load"], "Missing argument 'FILE'."),
        (["token"], "Either --role or --rider is needed, and not both."),
        (["token", "--role", "ADMIN", "--rider", "cust_1"],
         "Either --role or --rider is needed, and not both."),
        (["token", "--rider", "cust_1", "--subaccount", "sub_1"],
         "--subaccount goes with a --role that has fleets of its own."),
        (["token", "--role", "SUPER_ADMIN", "--subaccount", "sub_1"],
         "--subaccount goes with a --role that has fleets of its own."),
        (["token", "--role", "ADMIN", "--expires-in", "1y"],
         invalid("expires-in", "KICKSTAND_TOKEN_EXPIRES_IN",
                 "a length of time is written as 30m, 12h or 90d")),
        (["partner-key", "--scope", "WALLET_READ"],
         "Missing option '--subaccount' (env var: 'KICKSTAND_PARTNER_KEY_SUBACCOUNT')."),
        (["serve"], "DATABASE_URL: is missing"),
    ],
)  # fmt: skip
def test_a_wrong_call_takes_one_line(said: Said, arguments: list[str], complaint: str) -> None:
    assert said(*arguments) == (2, "", f"kickstand: {complaint}\n")


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"KICKSTAND_PORT": "http"}, invalid("port", "KICKSTAND_PORT",
                                             "'http' is not a valid integer.")),
        ({"KICKSTAND_LOG_LEVEL": "loud"},
         "KICKSTAND_LOG_LEVEL: should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ({"DATABASE_URL": NOWHERE, "KICKSTAND_ISSUERS": ISSUER},
         "KICKSTAND_ISSUERS[0]: the development issuer is for dev alone"),
    ],
)  # fmt: skip
def test_a_wrong_setting_stops_the_server_with_one_line(
    said: Said, given: dict[str, str], complaint: str
) -> None:
    assert said("serve", **given) == (2, "", f"kickstand: {complaint}\n")


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"DATABASE_URL": NOWHERE},
         "KICKSTAND_OWNER_URL: is missing, and DATABASE_URL's login owns nothing"),
        ({"KICKSTAND_OWNER_URL": NOWHERE},
         "DATABASE_URL: is missing, and KICKSTAND_OWNER_URL is not the one to serve from"),
    ],
)  # fmt: skip
def test_a_database_of_ones_own_has_two_addresses(
    said: Said, given: dict[str, str], complaint: str
) -> None:
    assert said("migrate", **given) == (2, "", f"kickstand: {complaint}\n")


@pytest.mark.parametrize("name", ["migrate", "demo", "serve"])
def test_a_database_that_is_not_there_takes_one_line(said: Said, name: str) -> None:
    given = {"DATABASE_URL": NOWHERE, "KICKSTAND_OWNER_URL": NOWHERE}

    assert said(name, **given) == (
        1,
        "",
        "kickstand: the database cannot be reached: [Errno 111] Connection refused\n",
    )


def test_help_loads_nothing_that_is_slow() -> None:
    slow = ("alembic", "asyncpg", "pydantic", "sqlalchemy", "starlette", "strawberry", "uvicorn")
    program = f"import sys, server.cli; print([name for name in {slow} if name in sys.modules])"

    loaded = subprocess.run(  # noqa: S603  (our own interpreter)
        [sys.executable, "-c", program], cwd=HOUSE, capture_output=True, text=True, check=True
    )

    assert loaded.stdout == "[]\n"


def test_the_smallest_demo_is_what_the_demo_can_tell() -> None:
    kinds = [
        option.type
        for name in ("demo", "dev")
        for option in cli.cli.commands[name].params
        if option.name == "customers"
    ]

    assert [kind.min for kind in kinds if isinstance(kind, click.IntRange)] == [CUSTOMERS_MIN] * 2


def test_the_printed_schema_is_the_committed_one(said: Said) -> None:
    code, printed, complaints = said("schema")

    assert (code, complaints) == (0, "")
    assert printed == (HOUSE / "schema.graphql").read_text()


@pytest.fixture
def ask(own: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Asks the server that `dev` would start, with a credential."""
    for name, value in own.items():
        monkeypatch.setenv(name, value)

    async def answer(credential: str, body: dict[str, Any]) -> Any:
        settings = read()
        app = wire(settings, own["DATABASE_URL"], credentials.development(settings))
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://kickstand") as client,
        ):
            headers = {"Authorization": f"Bearer {credential}"}
            return (await client.post("/graphql", json=body, headers=headers)).json()["data"]

    def asked(credential: str, query: str, **variables: str) -> Any:
        return asyncio.run(answer(credential, {"query": query, "variables": variables}))

    return asked


def bare(said: tuple[object, str, str]) -> str:
    """The one word that a command prints, and nothing else."""
    code, printed, complaints = said
    assert (code, complaints) == (0, "")
    assert printed.split() == [printed.removesuffix("\n")]
    return printed.strip()


def test_a_printed_token_is_an_operators_with_this_role_for_these_fleets(
    said: Said, own: dict[str, str], ask: Ask, fleets: list[Fleet]
) -> None:
    named = [argument for fleet in fleets[:2] for argument in ("--subaccount", fleet.id)]

    token = bare(said("token", "--role", "VIEWER", *named, **own))

    viewer = ask(token, "{ viewer { kind operator { role subaccounts { id } } } }")["viewer"]
    reached = {fleet["id"] for fleet in viewer["operator"].pop("subaccounts")}
    assert viewer == {"kind": "OPERATOR", "operator": {"role": "VIEWER"}}
    assert reached == {fleet.id for fleet in fleets[:2]}


def test_without_fleets_a_printed_token_reaches_all_that_there_are(
    said: Said, own: dict[str, str], ask: Ask, fleets: list[Fleet]
) -> None:
    token = bare(said("token", "--role", "ADMIN", **own))

    question = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    named = [fleet.id for fleet in fleets]
    assert ask(token, question, ids=named) == {"nodes": [{"id": id} for id in named]}


def test_a_printed_token_is_the_rider_who_is_this_customer(
    said: Said, own: dict[str, str], ask: Ask, customer_id: str
) -> None:
    tokens = [bare(said("token", "--rider", customer_id, **own)) for _ in range(2)]

    for token in tokens:
        assert ask(token, "{ me { id } }") == {"me": {"id": customer_id}}


def test_a_printed_key_is_good_for_its_scopes_until_it_expires(
    said: Said, own: dict[str, str], ask: Ask, fleet: Fleet, customer_id: str
) -> None:
    wanted = ["--scope", "CUSTOMERS_READ", "--scope", "RIDES_READ", "--expires-in", "90m"]

    key = bare(said("partner-key", "--subaccount", fleet.id, *wanted, "--name", "Map", **own))

    page = "query($id: ID!) { customer(id: $id) { id wallet { __typename } } }"
    assert ask(key, page, id=customer_id) == {"customer": {"id": customer_id, "wallet": None}}
    own_key = "{ viewer { partnerKey { name prefix scopes createdAt expiresAt } } }"
    shown = ask(key, own_key)["viewer"]["partnerKey"]
    begins, ends = (datetime.fromisoformat(shown.pop(name)) for name in ("createdAt", "expiresAt"))
    assert shown == {"name": "Map", "prefix": key[:16], "scopes": ["CUSTOMERS_READ", "RIDES_READ"]}
    assert ends - begins == timedelta(minutes=90)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["token", "--role", "ADMIN", "--subaccount", "sub_1"], "no fleet has the id sub_1"),
        (["token", "--rider", "cust_1"], "no customer has the id cust_1"),
        (["partner-key", "--scope", "WALLET_READ", "--subaccount", "sub_1"],
         "no fleet has the id sub_1"),
    ],
)  # fmt: skip
def test_nobody_signs_in_to_what_does_not_exist(
    said: Said, own: dict[str, str], arguments: list[str], complaint: str
) -> None:
    assert said(*arguments, **own) == (1, "", f"kickstand: {complaint}\n")


@pytest.mark.rule("ROL-7")
def test_a_login_that_row_security_does_not_hold_does_not_serve(
    said: Said, own: dict[str, str], server: Cluster
) -> None:
    name = make_url(own["DATABASE_URL"]).database or ""

    refused = said("serve", DATABASE_URL=server.url("postgres", name))

    reason = "login postgres is a superuser: row security would not hold it"
    assert refused == (1, "", f"kickstand: the database's {reason}\n")


def test_migrating_what_is_migrated_changes_nothing(said: Said, own: dict[str, str]) -> None:
    said("migrate", **own)

    assert said("migrate", **own) == (0, f"already at revision {newest()}\n", "")


def test_loading_a_file_says_what_came_of_it(
    said: Said, own: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "fleets.yaml"
    file.write_text(
        "fleets: [{key: cli, name: Cli, currency: USD, timezone: UTC, locale: en-US,"
        " share_url: https://cli.example/, policy: {unlock_fee: 1, per_minute_rate: 1},"
        " regions: [{key: a, name: A}, {key: b, name: B}]}]"
    )
    first = said("load", str(file), **own)
    file.write_text(file.read_text().replace("name: B", "name: C"))

    again = said("load", str(file), **own)

    assert first == (0, "fleets: 1 new\nregions: 2 new\n", "")
    assert again == (0, "fleets: 1 same\nregions: 1 changed, 1 same\n", "")


def test_a_file_that_is_wrong_takes_a_line_a_mistake(said: Said, tmp_path: Path) -> None:
    file = tmp_path / "fleets.yaml"
    file.write_text("fleets: 7\noperators: 8\n")

    assert said("load", str(file)) == (
        1,
        "",
        "kickstand: fleets: should be a list\nkickstand: operators: should be a list\n",
    )
    assert said("load", str(tmp_path)) == (
        1,
        "",
        f"kickstand: {tmp_path} cannot be read: Is a directory\n",
    )
