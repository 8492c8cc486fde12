"""The signing keys of token issuers: published at an address, or kept in a local file."""

import asyncio
import logging
import time
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import orjson
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import import_key

from domain.fault import Overloaded
from domain.ports import PublicKey
from integrations.fetching import content, unspoofable

ASYMMETRIC = "EC", "OKP", "RSA"
FRESH_SECONDS = 600
USABLE_SECONDS = 86_400
"""How long keys outlive a provider that does not answer."""
BETWEEN_FETCHES_SECONDS = 30
FETCH_SECONDS = 10
TIMEOUT = httpx.Timeout(5, connect=2)
BYTES_MAX = 262_144

log = logging.getLogger(__name__)


class RemoteKeys:
    """The keys that a provider publishes, kept for a while.

    A known key is given at once; when it is old, the keys are fetched anew meanwhile. An unknown
    id waits for that, but fetches are rare: whoever invents ids learns nothing and costs nothing.
    """

    def __init__(self, url: str, seconds: Callable[[], float] = time.monotonic) -> None:
        if not unspoofable(httpx.URL(url)):
            message = f"signing keys come by https, not from {url}"
            raise ValueError(message)
        self._url = url
        self._seconds = seconds
        plain = {"accept": "application/json", "accept-encoding": "identity"}
        self._client = httpx.AsyncClient(timeout=TIMEOUT, headers=plain)
        self._keys: Mapping[str, PublicKey] = {}
        self._fetched_at = self._asked_at = float("-inf")
        self._fetching: asyncio.Task[None] | None = None

    async def key_for(self, kid: str) -> PublicKey | None:
        if self._age() > FRESH_SECONDS or kid not in self._keys:
            self._fetch()
        missing = kid not in self._keys or self._age() > USABLE_SECONDS
        if missing and self._fetching is not None:
            await asyncio.shield(self._fetching)  # which others may be waiting for
        if self._age() > USABLE_SECONDS:
            raise Overloaded
        return self._keys.get(kid)

    async def close(self) -> None:
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.wait({self._fetching})
        await self._client.aclose()

    def _age(self) -> float:
        return self._seconds() - self._fetched_at

    def _fetch(self) -> None:
        """Begin to fetch, unless the last time is only a moment ago."""
        rested = self._seconds() - self._asked_at >= BETWEEN_FETCHES_SECONDS
        if rested and self._fetching is None:
            self._asked_at = self._seconds()
            self._fetching = asyncio.create_task(self._refresh())

    async def _refresh(self) -> None:
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                self._keys = published(await self._read())
            self._fetched_at = self._seconds()
        except (httpx.HTTPError, TimeoutError, ValueError) as error:
            log.warning("No signing keys from %s: %r", self._url, error)
        finally:
            self._fetching = None

    async def _read(self) -> bytes:
        async with self._client.stream("GET", self._url) as response:
            response.raise_for_status()
            return await content(response, BYTES_MAX)


class FileKeys:
    """The public halves of the keys in a local file."""

    def __init__(self, path: Path) -> None:
        self._keys = published(path.read_bytes())

    async def key_for(self, kid: str) -> PublicKey | None:
        return self._keys.get(kid)


def published(content: bytes) -> dict[str, PublicKey]:
    """The keys of a JWK set that can verify a signature, by their ids; ValueError without one."""
    parsed = orjson.loads(content)
    listed = parsed.get("keys") if isinstance(parsed, dict) else None
    found = [_verifying(each) for each in listed] if isinstance(listed, list) else []
    keys = {str(key["kid"]): key for key in found if key is not None}
    if not keys:
        message = "there is none among them"
        raise ValueError(message)
    return keys


def _verifying(jwk: Any) -> PublicKey | None:
    """The public half of a key; None for one that we do not know, or that is too weak."""
    if not isinstance(jwk, dict) or jwk.get("kty") not in ASYMMETRIC or jwk.get("use") == "enc":
        return None
    if not isinstance(jwk.get("kid"), str):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", SecurityWarning)  # RSA below 2048 bits
            return import_key(jwk).as_dict(private=False)
    except (JoseError, SecurityWarning, TypeError, ValueError):
        return None
