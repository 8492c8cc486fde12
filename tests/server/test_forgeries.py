"""Tokens and keys that somebody made up, through the front door: one answer to all of them."""

import base64
import hmac
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey
from starlette.requests import HTTPConnection

from db.engine import Engine, connect
from domain.access import CallerKind, Rider
from domain.fault import Overloaded
from domain.ports import PublicKey, SigningKeys
from server.authenticate import Authenticator, Issuer
from tests.server.door import NOON, House, asker, door, error, told

STAFF, RIDERS = "https://staff.example", "https://riders.example"
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
EC = ECKey.generate_key("P-256", {"kid": "ec"})
ED = OKPKey.generate_key("Ed25519", {"kid": "ed"})
MALLORY = RSAKey.generate_key(2048, {"kid": "rsa"})
SIGN_IN = error("UNAUTHENTICATED", "Sign in first: the credential is missing, expired or false.")
KEY = "kst_" + "0" * 26 + "_" + "s" * 43


class Keys:
    """The keys of both issuers, and the ids that they were asked for."""

    def __init__(self) -> None:
        self.known: dict[str, PublicKey] = {
            str(key.kid): key.as_dict(private=False) for key in (RSA, EC, ED)
        }
        self.asked: list[str] = []

    async def key_for(self, kid: str) -> PublicKey | None:
        self.asked.append(kid)
        return self.known.get(kid)


class Silent:
    async def key_for(self, _: str) -> PublicKey | None:
        raise Overloaded


def at(**ago: float) -> int:
    return int((NOON - timedelta(**ago)).timestamp())


def token(
    key: Key = RSA, alg: str = "RS256", header: dict[str, Any] | None = None, **claims: Any
) -> str:
    """A token of the staff's; a claim or a part of the header that is None is left out."""
    head = {"alg": alg, "kid": key.kid, **(header or {})}
    body = {
        "iss": STAFF,
        "aud": "kickstand",
        "sub": "ada",
        "iat": at(),
        "exp": at(hours=-1),
        **claims,
    }
    kept = [
        {name: value for name, value in part.items() if value is not None} for part in (head, body)
    ]
    registry = jws.JWSRegistry(algorithms=[alg], strict_check_header=False)
    return jws.serialize_compact(kept[0], json.dumps(kept[1]), key, registry=registry)


def part(content: object) -> str:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


HEAD, BODY, SIGNATURE = token().split(".")


def unsigned(alg: str) -> str:
    return f"{part({'alg': alg, 'kid': 'rsa'})}.{BODY}."


def signed_with_the_public_key(shape: bytes) -> str:
    """HS256 takes any bytes for its secret; these are no secret, so anybody can sign with them."""
    content = f"{part({'alg': 'HS256', 'kid': 'rsa'})}.{BODY}"
    return f"{content}.{part(hmac.digest(shape, content.encode(), 'sha256'))}"


FALSE = {
    "forged": token(MALLORY),
    "forged, bringing its key": token(MALLORY, header={"jwk": EC.as_dict(private=False)}),
    "forged, naming its keys": token(MALLORY, header={"jku": "https://mallory.example/keys"}),
    "tampered with": f"{HEAD}.{part({'iss': STAFF, 'sub': 'eve'})}.{SIGNATURE}",
    "without its signature": f"{HEAD}.{BODY}.",
    "cut short": f"{HEAD}.{BODY}.{SIGNATURE[:-4]}",
    "in two parts": f"{HEAD}.{BODY}",
    "in five parts": f"{HEAD}..{BODY}.{SIGNATURE}.{SIGNATURE}",
    "alg: none": unsigned("none"),
    "alg: None": unsigned("None"),
    "HS256 with the public key as PEM": signed_with_the_public_key(RSA.as_pem(private=False)),
    "HS256 with the public key as DER": signed_with_the_public_key(RSA.as_der(private=False)),
    "HS256 with the public key as JWK": signed_with_the_public_key(
        json.dumps(RSA.as_dict(private=False)).encode()
    ),
    "another algorithm than agreed": token(RSA, "RS512"),
    "an algorithm that is no text": f"{part({'alg': ['RS256'], 'kid': 'rsa'})}.{BODY}.{SIGNATURE}",
    "an algorithm of another kind of key": token(EC, "ES256", {"kid": "rsa"}),
    "an unknown key": token(header={"kid": "other"}),
    "no key": token(header={"kid": None}),
    "a key that is no text": f"{part({'alg': 'RS256', 'kid': {}})}.{BODY}.{SIGNATURE}",
    "something critical": token(header={"crit": ["b64"], "b64": True}),
    "expired": token(exp=at(seconds=30)),
    "never expiring": token(exp=None),
    "expiring at no number": token(exp="never"),
    "expiring at NaN": token(exp=float("nan")),
    "not yet valid": token(nbf=at(seconds=-31)),
    "from the future": token(iat=at(seconds=-31)),
    "wrong audience": token(aud="elsewhere"),
    "wrong audiences": token(aud=["elsewhere", "kickstand-riders"]),
    "the other issuer's audience": token(aud="app"),
    "no audience": token(aud=None),
    "unknown issuer": token(iss="https://mallory.example"),
    "no issuer": token(iss=None),
    "an issuer that is no text": token(iss=[STAFF]),
    "no subject": token(sub=None),
    "an empty subject": token(sub=""),
    "a subject that is no text": token(sub=7),
    "a subject that cannot be kept": token(sub="ada\0"),
    "half a letter for a subject": token(sub="\ud800"),
    "an endless subject": token(sub="a" * 256),
    "larger than tokens are": token(padding="a" * 8192),
    "nested without end": f"{part(b'[' * 4000)}.{part(b'[' * 1000)}.{SIGNATURE}",
    "no object": f"{part([])}.{part(7)}.{SIGNATURE}",
    "nothing": "",
    "two words": "a b",
    "letters from elsewhere": "t\u00f6ken",
    "a key with another prefix": "sk_" + KEY[4:],
    "a key without a secret": KEY[:31],
    "a key with an endless secret": KEY + "s" * 128,
}


@pytest.fixture
async def nowhere() -> AsyncIterator[Engine]:
    """A database that nobody can reach: whoever asks it gets an error and no 401."""
    engine = connect("postgresql+asyncpg://nobody@127.0.0.1:1/nothing")
    yield engine
    await engine.dispose()


@pytest.fixture
def keys() -> Keys:
    return Keys()


def issuer(keys: SigningKeys, kind: CallerKind = CallerKind.OPERATOR, *algorithms: str) -> Issuer:
    name, audience = {
        CallerKind.OPERATOR: (STAFF, "kickstand"),
        CallerKind.RIDER: (RIDERS, "app"),
        CallerKind.PARTNER: (STAFF, "kickstand"),
    }[kind]
    return Issuer(name, audience, kind, algorithms or ("RS256", "ES256", "Ed25519"), keys)


def authenticator(engine: Engine, keys: SigningKeys) -> Authenticator:
    issuers = [issuer(keys), issuer(keys, CallerKind.RIDER)]
    return Authenticator(engine, issuers, lambda: NOON)


@pytest.mark.rule("ROL-6")
@pytest.mark.parametrize("credential", FALSE.values(), ids=FALSE)
async def test_a_false_credential_is_refused_without_a_reason(
    nowhere: Engine, keys: Keys, credential: str
) -> None:
    client = asker(door(House(), authenticate=authenticator(nowhere, keys)))
    headers = {b"Authorization": b"Bearer " + credential.encode()}

    answer = await client.post("/", json={"query": "{ hello }"}, headers=headers)

    assert (answer.status_code, told(answer)) == (401, {"errors": [SIGN_IN]})
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.rule("ROL-6")
@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("Authorization", token())],
        [("Authorization", "Basic YTpi")],
        [("X-Api-Key", token())],
        [("X-Api-Key", KEY[:-30])],
        [("Cookie", f"token={token()}")],
        [("Authorization", f"Bearer {token()}"), ("X-Api-Key", KEY)],
        [("Authorization", f"Bearer {token()}"), ("Authorization", f"Bearer {token(sub='b')}")],
        [("X-Api-Key", KEY), ("X-Api-Key", f"{KEY}x")],
    ],
)
async def test_a_credential_out_of_place_is_none(
    nowhere: Engine, keys: Keys, headers: list[tuple[str, str]]
) -> None:
    client = asker(door(House(), authenticate=authenticator(nowhere, keys)))
    del client.headers["Authorization"]

    answer = await client.post(
        f"/?access_token={token()}&api_key={KEY}", json={"query": "{ hello }"}, headers=headers
    )

    assert (answer.status_code, told(answer)) == (401, {"errors": [SIGN_IN]})
    assert keys.asked == []


RIDER: dict[str, Any] = {"iss": RIDERS, "aud": "app"}


@pytest.mark.parametrize(
    "credential",
    [
        token(**RIDER),
        token(EC, "ES256", **RIDER),
        token(ED, "Ed25519", **RIDER),
        token(iss=RIDERS, aud=["elsewhere", "app"]),
        token(**RIDER, exp=at(seconds=29), nbf=at(seconds=-29), iat=at(seconds=-29)),
        token(**RIDER, iat=None),
        token(**RIDER, role="SUPER_ADMIN", customer_id="cust_other", subaccounts=["sub_other"]),
        token(**RIDER, header={"jku": "https://mallory.example/keys", "typ": "at+jwt", "x": 1}),
    ],
)
async def test_a_true_token_is_believed_for_its_subject_alone(
    engine: Engine, keys: Keys, credential: str
) -> None:
    connection = HTTPConnection(
        {"type": "http", "headers": [(b"authorization", b"Bearer " + credential.encode())]}
    )

    caller = await authenticator(engine, keys)(connection)

    assert caller == Rider(RIDERS, "ada")


async def test_keys_that_nobody_can_get_are_no_fault_of_the_caller(nowhere: Engine) -> None:
    client = asker(door(House(), authenticate=authenticator(nowhere, Silent())))

    answer = await client.post(
        "/", json={"query": "{ hello }"}, headers={"Authorization": f"Bearer {token()}"}
    )

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


@pytest.mark.parametrize(
    ("kind", "algorithms"),
    [
        (CallerKind.PARTNER, ["RS256"]),
        (CallerKind.OPERATOR, ["HS256"]),
        (CallerKind.OPERATOR, ["RS256", "none"]),
        (CallerKind.RIDER, ["RS256", "HS512"]),
    ],
)
def test_an_issuer_that_anybody_could_be_is_refused(
    keys: Keys, kind: CallerKind, algorithms: list[str]
) -> None:
    with pytest.raises(ValueError, match=STAFF if kind is not CallerKind.RIDER else RIDERS):
        issuer(keys, kind, *algorithms)


async def test_an_issuer_is_named_once_and_has_an_algorithm(nowhere: Engine, keys: Keys) -> None:
    with pytest.raises(ValueError, match="twice"):
        Authenticator(nowhere, [issuer(keys), issuer(keys)], lambda: NOON)
    with pytest.raises(ValueError, match="algorithms"):
        Issuer(STAFF, "kickstand", CallerKind.OPERATOR, (), keys)
