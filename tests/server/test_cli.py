"""The command line: what it prints, and how it says what is wrong."""

import subprocess
import sys
from pathlib import Path

import click
import pytest
from sqlalchemy import make_url

from db.demo import CUSTOMERS_MAX, CUSTOMERS_MIN, FLEETS
from db.embedded import Cluster
from db.revision import newest
from server import cli
from tests.server.command import Said

HOUSE = Path(__file__).parents[2]
ISSUER = """[{"issuer": "kickstand-development", "audience": "kickstand", "kind": "OPERATOR",
              "algorithms": ["ES256"], "jwks_url": "https://login.example/jwks"}]"""
NOWHERE = "postgresql://kickstand:s3cret@127.0.0.1:1/kickstand"


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
         invalid("customers", "KICKSTAND_DEMO_CUSTOMERS",
                 "199 is not in the range 200<=x<=2000000.")),
        (["demo", "--fleet", "venice"],
         invalid("fleet", "KICKSTAND_DEMO_FLEET",
                 "'venice' is not one of 'florida', 'germany', 'tokyo'.")),
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
        (["worker"], "DATABASE_URL: is missing"),
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


@pytest.mark.parametrize("name", ["migrate", "demo", "serve", "worker", "jobs"])
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


def test_a_demo_may_be_asked_for_that_can_be_told() -> None:
    options = {
        (name, option.name): option.type
        for name in ("demo", "dev")
        for option in cli.cli.commands[name].params
    }

    sizes, fleets = (
        [options[name, "customers"] for name in ("demo", "dev")],
        options["demo", "fleet"],
    )
    assert [(kind.min, kind.max) for kind in sizes if isinstance(kind, click.IntRange)] == [
        (CUSTOMERS_MIN, CUSTOMERS_MAX)
    ] * 2
    assert isinstance(fleets, click.Choice)
    assert [*fleets.choices] == [*FLEETS]


def test_the_printed_schema_is_the_committed_one(said: Said) -> None:
    code, printed, complaints = said("schema")

    assert (code, complaints) == (0, "")
    assert printed == (HOUSE / "schema.graphql").read_text()


@pytest.mark.rule("ROL-7")
def test_a_login_that_row_security_does_not_hold_does_not_serve(
    said: Said, own: dict[str, str], server: Cluster
) -> None:
    name = make_url(own["DATABASE_URL"]).database or ""

    refused = said("serve", DATABASE_URL=server.url("postgres", name))

    reason = "login postgres is a superuser: row security would not hold it"
    assert refused == (1, "", f"kickstand: the database's {reason}\n")


def test_messages_that_anybody_could_read_stop_a_worker(said: Said, own: dict[str, str]) -> None:
    said("migrate", **own)
    given = {"KICKSTAND_PUSH": "expo", "KICKSTAND_EXPO_URL": "http://push.example"}

    refused = said("worker", DATABASE_URL=own["DATABASE_URL"], **given)

    reason = "messages leave by https, not to http://push.example"
    assert refused == (2, "", f"kickstand: KICKSTAND_EXPO_URL: {reason}\n")


def test_cities_that_cannot_be_read_stop_a_worker(said: Said, own: dict[str, str]) -> None:
    said("migrate", **own)
    given = {"KICKSTAND_CITY_DATABASE": "nowhere.mmdb"}

    refused = said("worker", DATABASE_URL=own["DATABASE_URL"], **given)

    reason = "nowhere.mmdb cannot be read as a database of addresses"
    assert refused == (2, "", f"kickstand: KICKSTAND_CITY_DATABASE: {reason}\n")


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
