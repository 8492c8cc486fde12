"""An OIDC provider of the tests' own: `kickstand serve` believes no development issuer."""

from datetime import UTC, datetime

import orjson
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tests.make import HOUR, Fleet, Make, Who

ISSUER = "https://issuer.example"
AUDIENCE = "kickstand"
ALGORITHM = "ES256"


class Provider:
    """An ASGI application that publishes the key by which its tokens are signed."""

    def __init__(self) -> None:
        self._key = ECKey.generate_key("P-256", {"kid": "tests"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        keys = {"keys": [self._key.as_dict(private=False)]}
        await Response(orjson.dumps(keys))(scope, receive, send)

    def issuers(self, address: str) -> str:
        """The setting by which a server believes it, where it listens at this address."""
        known = {"issuer": ISSUER, "audience": AUDIENCE, "kind": "OPERATOR", "jwks_url": address}
        return orjson.dumps([{**known, "algorithms": [ALGORITHM]}]).decode()

    async def operator(self, make: Make, fleet: Fleet) -> Who:
        """An operator of the fleet, known by this provider's tokens."""
        who = await make.operator(fleet)
        await make.store.execute("UPDATE operator SET issuer = $2 WHERE id = $1", who.id, ISSUER)
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": who.id}
        expiry = int((datetime.now(UTC) + HOUR).timestamp())
        header = {"alg": ALGORITHM, "kid": self._key.kid}
        token = jwt.encode(header, {**claims, "exp": expiry}, self._key, algorithms=[ALGORITHM])
        return Who(who.id, token)
