"""The development issuer: tokens for whoever runs the product on a machine of their own.

`kickstand serve` refuses it. Its key is a file in the data folder, made once.
"""

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet

from domain.access import CallerKind
from integrations.jwks import FileKeys
from server.authenticate import Issuer

OPERATORS = "kickstand-development"
RIDERS = "kickstand-development-riders"
ISSUERS = {CallerKind.OPERATOR: OPERATORS, CallerKind.RIDER: RIDERS}
AUDIENCES = {CallerKind.OPERATOR: "kickstand", CallerKind.RIDER: "kickstand-riders"}
ALGORITHM = "ES256"
KEY_FILE = "development-key.json"


class Development:
    """Mints tokens with the key of a data folder, and names the issuers that they come from.

    ValueError, if the file is there and holds no key.
    """

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        self._path = folder / KEY_FILE
        self._clock = clock
        if not self._path.exists():
            _make(self._path)
        self._key = _read(self._path)

    @property
    def issuers(self) -> list[Issuer]:
        """What the server has to know to believe these tokens."""
        keys = FileKeys(self._path)
        return [
            Issuer(name, AUDIENCES[kind], kind, (ALGORITHM,), keys)
            for kind, name in ISSUERS.items()
        ]

    def mint(self, kind: CallerKind, subject: str, lifetime: timedelta) -> str:
        """A token of an operator or rider; who its subject is, and may do, the database says."""
        now = self._clock()
        claims = {
            "iss": ISSUERS[kind],
            "aud": AUDIENCES[kind],
            "sub": subject,
            "iat": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
        }
        header = {"alg": ALGORITHM, "kid": self._key.kid}
        return jwt.encode(header, claims, self._key, algorithms=[ALGORITHM])


def _read(path: Path) -> Key:
    try:
        return KeySet.import_key_set(orjson.loads(path.read_bytes())).keys[0]
    except (JoseError, KeyError, TypeError, ValueError) as error:
        message = f"{path} holds no key"
        raise ValueError(message) from error


def _make(path: Path) -> None:
    """Write a new key, whole and for its owner alone; the first of several processes wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = ECKey.generate_key("P-256", auto_kid=True)
    with tempfile.NamedTemporaryFile(dir=path.parent) as fresh:  # its mode is 0600
        fresh.write(orjson.dumps(KeySet([key]).as_dict(private=True)))
        fresh.flush()
        with suppress(FileExistsError):
            os.link(fresh.name, path)
