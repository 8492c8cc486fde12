"""The environment becomes settings, or one line that says what is wrong with it."""

from pathlib import Path

import pytest

from server.failure import Misconfigured
from server.settings import Settings, TokenIssuer, read, variable

DATABASE = "postgresql://kickstand:s3cret@db.example/kickstand"
ISSUER = """{"issuer": "https://login.example", "audience": "kickstand", "kind": "OPERATOR",
             "algorithms": ["ES256"], "jwks_url": "https://login.example/jwks"}"""


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """None of the machine's own settings."""
    for field in Settings.model_fields:
        monkeypatch.delenv(variable(field), raising=False)
    monkeypatch.delenv("KICKSTAND_DATABASE_URL", raising=False)
    return monkeypatch


def wrong(environment: pytest.MonkeyPatch, name: str, value: str) -> str:
    environment.setenv(name, value)
    with pytest.raises(Misconfigured) as failure:
        read()
    assert failure.value.exit_code == 2
    return str(failure.value)


def test_everything_has_a_default() -> None:
    assert read().model_dump() == {
        "database_url": None, "owner_url": None, "direct_url": None, "host": "127.0.0.1",
        "port": 8000, "data": Path(".kickstand"), "issuers": (), "trusted_proxies": (),
        "introspection": False,
        "push": "log", "expo_url": "https://exp.host/--/api/v2/push", "expo_access_token": None,
        "city_database": None, "log_level": "INFO",
    }  # fmt: skip


def test_the_environment_is_read_and_empty_values_are_none(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.setenv("DATABASE_URL", DATABASE)
    environment.setenv("KICKSTAND_ISSUERS", f"[{ISSUER}]")
    environment.setenv("KICKSTAND_INTROSPECTION", "true")
    environment.setenv("KICKSTAND_PORT", "")
    environment.setenv("KICKSTAND_OWNER_URL", "")

    settings = read()

    issuer = TokenIssuer(
        issuer="https://login.example",
        audience="kickstand",
        kind="OPERATOR",
        algorithms=("ES256",),
        jwks_url="https://login.example/jwks",
    )
    assert settings == Settings(database_url=DATABASE, issuers=(issuer,), introspection=True)


def test_what_is_given_comes_before_the_environment(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("KICKSTAND_PORT", "1")
    environment.setenv("KICKSTAND_HOST", "::1")

    settings = read(port=2, host=None)

    assert (settings.port, settings.host) == (2, "::1")


@pytest.mark.parametrize(
    ("direct", "between"),
    [(None, False), (DATABASE, False), (DATABASE.replace("db.", "pg."), True)],
)
def test_an_address_past_pgbouncer_tells_that_there_is_one(
    environment: pytest.MonkeyPatch, direct: str | None, between: bool
) -> None:
    environment.setenv("DATABASE_URL", DATABASE)
    environment.setenv("KICKSTAND_DIRECT_URL", direct or "")

    assert read().pgbouncer is between


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("KICKSTAND_PORT", "http",
         "should be a valid integer, unable to parse string as an integer"),
        ("KICKSTAND_PORT", "65536", "should be less than or equal to 65535"),
        ("KICKSTAND_INTROSPECTION", "perhaps",
         "should be a valid boolean, unable to interpret input"),
        ("KICKSTAND_LOG_LEVEL", "loud", "should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ("KICKSTAND_ISSUERS", "[", "should be JSON: Expecting value: line 1 column 2 (char 1)"),
        ("KICKSTAND_ISSUERS", "{}", "should be a list"),
        ("KICKSTAND_TRUSTED_PROXIES", "10.0.0.0/8, 10.0.0.1/8",
         "[1]: value is not a valid IPv4 or IPv6 network"),
        ("KICKSTAND_ISSUERS", "[7]", "[0]: should be a mapping of names to values"),
        ("KICKSTAND_ISSUERS", f"[{ISSUER.replace('OPERATOR', 'PARTNER')}]",
         "[0].kind: should be 'OPERATOR' or 'RIDER'"),
        ("KICKSTAND_ISSUERS", f"[{ISSUER.replace('audience', 'audiences')}]",
         "[0].audience: is missing; KICKSTAND_ISSUERS[0].audiences: is not known here"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_in_one_line(
    environment: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    joined = said if said.startswith("[") else f": {said}"

    assert wrong(environment, name, value) == f"{name}{joined}"


@pytest.mark.parametrize("name", ["DATABASE_URL", "KICKSTAND_OWNER_URL", "KICKSTAND_DIRECT_URL"])
@pytest.mark.parametrize(
    "address",
    [
        "s3cret",
        "mysql://kickstand:s3cret@db.example/kickstand",
        "postgresql://kickstand:s3cret@db.example",
        "postgresql://db.example/kickstand?password=s3cret",
        "postgresql://kickstand:s3cret@db.example:port/kickstand",
        "postgresql://kickstand:s3cret@[db.example/kickstand",
    ],
)
def test_a_wrong_address_is_told_without_its_secret(
    environment: pytest.MonkeyPatch, name: str, address: str
) -> None:
    form = "postgresql://USER:PASSWORD@HOST:5432/DATABASE"

    assert wrong(environment, name, address) == f"{name}: should be an address as {form}"


def test_a_parameter_that_would_count_for_nothing_is_refused(
    environment: pytest.MonkeyPatch,
) -> None:
    assert wrong(environment, "DATABASE_URL", f"{DATABASE}?sslmod=require") == (
        "DATABASE_URL: cannot have the parameter sslmod, only host, port, sslmode"
    )


def test_several_wrong_values_are_told_together(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("KICKSTAND_PORT", "-1")

    assert wrong(environment, "KICKSTAND_LOG_LEVEL", "loud") == (
        "KICKSTAND_PORT: should be greater than or equal to 0; "
        "KICKSTAND_LOG_LEVEL: should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'"
    )
