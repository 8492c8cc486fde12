"""The environment, read once, with a default for everything that has a sensible one."""

import json
import re
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias
from urllib.parse import parse_qsl, urlsplit

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    IPvAnyNetwork,
    StringConstraints,
    ValidationError,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from server.complaint import complaints
from server.failure import Misconfigured

PREFIX = "KICKSTAND_"
PARAMETERS = frozenset({"sslmode", "host", "port"})
"""What may follow the question mark of a database's address."""


def _address(text: str) -> str:
    try:
        parts = urlsplit(text)
        known = parts.port is None or parts.port > 0
        unknown = sorted({name for name, _ in parse_qsl(parts.query)} - PARAMETERS)
    except ValueError:
        known, unknown = False, []
    named = known and parts.username and parts.path.strip("/")
    if not named or parts.scheme not in {"postgresql", "postgres"}:
        message = "should be an address as postgresql://USER:PASSWORD@HOST:5432/DATABASE"
        raise ValueError(message)
    if unknown:
        message = f"cannot have the parameter {unknown[0]}, only {', '.join(sorted(PARAMETERS))}"
        raise ValueError(message)
    return text


def _decoded(value: Any) -> Any:
    """What JSON says; a value that the program gives is taken as it is."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError as error:
        message = f"should be JSON: {error}"
        raise ValueError(message) from error


def _listed(value: Any) -> Any:
    """Words between commas or spaces; a value that the program gives is taken as it is."""
    return value.replace(",", " ").split() if isinstance(value, str) else value


Address: TypeAlias = Annotated[str, AfterValidator(_address)]
Word: TypeAlias = Annotated[str, StringConstraints(min_length=1)]


class TokenIssuer(BaseModel):
    """An OIDC provider whose tokens are believed, and what they have to say (ROL-1)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: Word
    audience: Word
    kind: Literal["OPERATOR", "RIDER"]
    algorithms: Annotated[tuple[Word, ...], Field(min_length=1)] = ("RS256",)
    jwks_url: Word


class Settings(BaseSettings):
    """Every setting. Its environment variable is its name in capitals, after KICKSTAND_."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )

    database_url: Annotated[
        Address | None,
        Field(validation_alias=AliasChoices("DATABASE_URL", f"{PREFIX}DATABASE_URL")),
    ] = None
    owner_url: Address | None = None
    direct_url: Address | None = None
    host: Word = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8000
    data: Path = Path(".kickstand")
    issuers: Annotated[tuple[TokenIssuer, ...], NoDecode, BeforeValidator(_decoded)] = ()
    trusted_proxies: Annotated[tuple[IPvAnyNetwork, ...], NoDecode, BeforeValidator(_listed)] = ()
    introspection: bool = False
    push: Literal["log", "expo"] = "log"
    expo_url: Word = "https://exp.host/--/api/v2/push"
    expo_access_token: Word | None = None
    city_database: Path | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @property
    def pgbouncer(self) -> bool:
        """Whether DATABASE_URL leads through one, since another address goes past it."""
        return self.direct_url not in {None, self.database_url}


def read(**given: Any) -> Settings:
    """The settings: what is given, else the environment. `Misconfigured` names what is wrong."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        wrong = [f"{variable(place)}: {reason}" for place, reason in complaints(error)]
        raise Misconfigured("; ".join(wrong)) from error


def variable(place: str) -> str:
    """The environment variable of a setting, or of a part of it."""
    name, *rest = re.split(r"(?=[\[.])", place, maxsplit=1)
    upper = name.upper()
    return "".join([upper if upper == "DATABASE_URL" else PREFIX + upper, *rest])
