"""From a credential to the caller that it stands for (ROL-1, ROL-6, ROL-8).

A token is believed for its signature and its dates alone; what its bearer may do is read from
the database each time. Whatever is wrong, the answer is the same.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest

import orjson
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import import_key
from joserfc.jws import JWSRegistry
from joserfc.jwt import JWTClaimsRegistry
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection

from db import credential
from db.engine import Engine
from domain.access import CallerKind, Client, Operator, Partner, Rider
from domain.fault import BadUserInput, Unauthenticated
from domain.ids import ALPHABET, Prefix, prefix_of
from domain.partner import KEY_PREFIX
from domain.ports import PublicKey, SigningKeys

ALGORITHMS = frozenset(
    {"ES256", "ES384", "ES512", "Ed25519", "EdDSA"}
    | {"PS256", "PS384", "PS512", "RS256", "RS384", "RS512"}
)
"""Those with a public key: nobody can sign with what the server knows."""
LEEWAY_SECONDS = 30
CREDENTIAL_CHARACTERS_MAX = 8192
SUBJECT_CHARACTERS_MAX = 255
FLEET_HEADER = "X-Subaccount-Id"

BEARER = re.compile(r"bearer +([!-~]+)", re.IGNORECASE)
PARTNER_KEY = re.compile(rf"{KEY_PREFIX}_([0-7][{ALPHABET}]{{25}})_([A-Za-z0-9_-]{{16,128}})")


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs tokens, for whom, and how. The token has no say in it."""

    name: str
    audience: str
    kind: CallerKind
    algorithms: tuple[str, ...]
    keys: SigningKeys

    def __post_init__(self) -> None:
        if self.kind is CallerKind.PARTNER:
            message = f"{self.name}: partners sign in with keys, not with tokens"
            raise ValueError(message)
        if not self.algorithms or not ALGORITHMS.issuperset(self.algorithms):
            message = f"{self.name}: its algorithms must be among {', '.join(sorted(ALGORITHMS))}"
            raise ValueError(message)


class Authenticator:
    """Says who asks; raises Unauthenticated where nobody is to be believed."""

    def __init__(
        self, engine: Engine, issuers: Iterable[Issuer], clock: Callable[[], datetime]
    ) -> None:
        self._engine = engine
        self._issuers: dict[str, Issuer] = {}
        self._clock = clock
        for issuer in issuers:
            if issuer.name in self._issuers:
                message = f"{issuer.name}: named twice as an issuer"
                raise ValueError(message)
            self._issuers[issuer.name] = issuer

    async def __call__(self, connection: HTTPConnection) -> Client:
        presented = _presented(connection.headers)
        key = PARTNER_KEY.fullmatch(presented)
        if key is not None:
            return await self._partner(key[1], key[2])
        issuer, subject = await self._verified(presented)
        if issuer.kind is CallerKind.OPERATOR:
            return await self._operator(issuer.name, subject)
        return await self._rider(issuer.name, subject, _fleet(connection.headers))

    async def _partner(self, letters: str, secret: str) -> Partner:
        id = f"{Prefix.PARTNER_KEY}_{letters}"
        kept = await credential.partner_key(self._engine, id)
        known = kept.secret_hash if kept else bytes(sha256().digest_size)
        if not compare_digest(sha256(secret.encode()).digest(), known) or kept is None:
            raise Unauthenticated
        expired = kept.expires_at is not None and kept.expires_at <= self._clock()
        if expired or kept.revoked_at is not None:
            raise Unauthenticated
        return Partner(id, kept.scopes, kept.subaccount_id)

    async def _operator(self, issuer: str, subject: str) -> Operator:
        operator = await credential.operator(self._engine, issuer, subject)
        if operator is None:
            raise Unauthenticated
        return operator

    async def _rider(self, issuer: str, subject: str, fleet: str | None) -> Rider:
        """The customer that a rider is in the fleet of its choice, or nobody's before signing up.

        One that is bound in a single fleet need not choose.
        """
        bindings = await credential.bindings(self._engine, issuer, subject, fleet, self._clock())
        alive = [binding for binding in bindings if not binding.deleted]
        chosen = next((binding for binding in bindings if binding.chosen), None)
        if (bindings and not alive) or (chosen and chosen.deleted):
            raise Unauthenticated
        if fleet is None and len(alive) > 1:
            message = f"You ride with several fleets: name one in the header {FLEET_HEADER}."
            raise BadUserInput(message)
        if chosen is None:
            return Rider(issuer, subject)
        return Rider(issuer, subject, chosen.customer_id, chosen.subaccount_id)

    async def _verified(self, token: str) -> tuple[Issuer, str]:
        """Who issued a token, and the subject that it names."""
        issuer, kid = self._claimed(token)
        key = await issuer.keys.key_for(kid)
        if key is None:
            raise Unauthenticated
        return issuer, self._subject(token, issuer, key)

    def _claimed(self, token: str) -> tuple[Issuer, str]:
        """The issuer and the key that a token says it comes from, which anybody can say."""
        with _disbelief():
            unverified = jws.extract_compact(token.encode())
            header = unverified.headers()
            issuer = self._issuers[orjson.loads(unverified.payload or b"")["iss"]]
            kid = header["kid"]
        # Keys, and addresses of keys, that a header brings along count for nothing.
        if not isinstance(kid, str) or "crit" in header:
            raise Unauthenticated
        return issuer, kid

    def _subject(self, token: str, issuer: Issuer, key: PublicKey) -> str:
        """Whom a token names, once its signature, its dates and whom it is meant for are right."""
        expected = JWTClaimsRegistry(
            int(self._clock().timestamp()),
            LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer.name},
            aud={"essential": True, "value": issuer.audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        with _disbelief():
            allowed = JWSRegistry(algorithms=issuer.algorithms, strict_check_header=False)
            claims = jwt.decode(token, import_key(dict(key)), registry=allowed).claims
            expected.validate(claims)
        subject: str = claims["sub"]
        if len(subject) > SUBJECT_CHARACTERS_MAX or not subject.isprintable():
            raise Unauthenticated
        return subject


def _presented(headers: Headers) -> str:
    """The one credential of a request. An address never holds one: logs and histories keep it."""
    keys = headers.getlist("x-api-key")
    bearers = map(BEARER.fullmatch, headers.getlist("authorization"))
    found = {*keys, *(match and match[1] for match in bearers)}
    if len(found) != 1:
        raise Unauthenticated
    presented = found.pop()
    if presented is None or len(presented) > CREDENTIAL_CHARACTERS_MAX:
        raise Unauthenticated
    if keys and not PARTNER_KEY.fullmatch(presented):
        raise Unauthenticated
    return presented


def _fleet(headers: Headers) -> str | None:
    """The fleet that a rider names, if any; what is no id names one that nobody rides with."""
    named = headers.get(FLEET_HEADER)
    return named if named is None or prefix_of(named) else ""


@contextmanager
def _disbelief() -> Iterator[None]:
    """However a token cannot be read: nobody is to be believed, and nobody is told why."""
    try:
        yield
    except (JoseError, KeyError, TypeError, ValueError):
        raise Unauthenticated from None
