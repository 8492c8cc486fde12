"""Signing keys, fetched from a provider that behaves well or badly, over a real socket."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from domain.fault import Overloaded
from integrations import jwks
from integrations.jwks import FileKeys, RemoteKeys
from tests.serving import serving

KEY = ECKey.generate_key("P-256", {"kid": "first", "use": "sig", "alg": "ES256"})
NEXT = ECKey.generate_key("P-256", {"kid": "next"})
MINUTE, DAY = 60, 86_400


def public(key: ECKey) -> dict[str, Any]:
    return key.as_dict(private=False)


def key_set(*keys: Any) -> Response:
    return Response(orjson.dumps({"keys": keys}))


class Provider:
    """An ASGI application that publishes what it is told to, and counts how often it is asked."""

    def __init__(self) -> None:
        self.address = ""
        self.answer: Response = key_set(public(KEY))
        self.asked = 0
        self.reached, self.open = asyncio.Event(), asyncio.Event()
        self.open.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        await request.body()
        assert request.headers["accept-encoding"] == "identity"
        self.asked += 1
        self.reached.set()
        await self.open.wait()
        await self.answer(scope, receive, send)


class Stopwatch:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture(scope="module")
async def street() -> AsyncIterator[tuple[str, list[Provider]]]:
    """One socket for all tests, and who answers at it."""
    residents: list[Provider] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await residents[-1](scope, receive, send)

    async with serving(app) as address:
        yield address, residents


@pytest.fixture
async def provider(street: tuple[str, list[Provider]]) -> Provider:
    provider = Provider()
    provider.address, residents = street
    residents.append(provider)
    return provider


@pytest.fixture
def watch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
async def keys(provider: Provider, watch: Stopwatch) -> AsyncIterator[RemoteKeys]:
    keys = RemoteKeys(f"{provider.address}/keys", watch)
    yield keys
    await keys.close()


async def test_keys_are_fetched_once_and_kept(keys: RemoteKeys, provider: Provider) -> None:
    first = await keys.key_for("first")

    again = await keys.key_for("first")

    assert first == again == public(KEY)
    assert provider.asked == 1


async def test_many_that_ask_at_once_share_one_fetch(keys: RemoteKeys, provider: Provider) -> None:
    provider.open.clear()
    asking = [asyncio.create_task(keys.key_for("first")) for _ in range(20)]
    await provider.reached.wait()

    asking[0].cancel()
    provider.open.set()
    found = await asyncio.gather(*asking, return_exceptions=True)

    assert isinstance(found[0], asyncio.CancelledError)
    assert found[1:] == [public(KEY)] * 19
    assert provider.asked == 1


async def test_a_fetch_that_takes_long_is_not_repeated(
    keys: RemoteKeys, provider: Provider, watch: Stopwatch
) -> None:
    provider.open.clear()
    early = asyncio.create_task(keys.key_for("first"))
    await provider.reached.wait()
    watch.seconds += MINUTE
    late = asyncio.create_task(keys.key_for("first"))
    await asyncio.sleep(0)

    provider.open.set()

    assert [await early, await late] == [public(KEY)] * 2
    assert provider.asked == 1


async def test_an_old_key_is_given_at_once_and_fetched_anew_meanwhile(
    keys: RemoteKeys, provider: Provider, watch: Stopwatch
) -> None:
    await keys.key_for("first")
    provider.answer = key_set(public(NEXT))
    provider.reached.clear()
    watch.seconds += 10 * MINUTE + 1

    at_once = await keys.key_for("first")
    await asyncio.wait_for(provider.reached.wait(), 5)
    fetched = await keys.key_for("next")

    assert (at_once, fetched) == (public(KEY), public(NEXT))
    assert await keys.key_for("first") is None
    assert provider.asked == 2


async def test_an_unknown_key_is_asked_for_once_in_half_a_minute(
    keys: RemoteKeys, provider: Provider, watch: Stopwatch
) -> None:
    await keys.key_for("first")
    provider.answer = key_set(public(KEY), public(NEXT))

    at_once = [await keys.key_for(kid) for kid in ("next", "made", "up")]
    watch.seconds += 30
    later = [await keys.key_for(kid) for kid in ("next", "made", "up")]

    assert at_once == [None, None, None]
    assert later == [public(NEXT), None, None]
    assert provider.asked == 2


async def test_keys_outlive_a_failing_provider_for_a_day(
    keys: RemoteKeys, provider: Provider, watch: Stopwatch, caplog: pytest.LogCaptureFixture
) -> None:
    await keys.key_for("first")
    provider.answer = Response(status_code=500)

    watch.seconds += DAY
    still = await keys.key_for("first")
    await keys.key_for("next")  # waits for what that began
    watch.seconds += MINUTE

    assert still == public(KEY)
    with pytest.raises(Overloaded):
        await keys.key_for("first")
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 2
    assert provider.asked == 3


async def test_a_provider_that_never_answered_is_asked_again_after_half_a_minute(
    keys: RemoteKeys, provider: Provider, watch: Stopwatch
) -> None:
    provider.answer = Response(status_code=503)
    for _ in range(3):
        with pytest.raises(Overloaded):
            await keys.key_for("first")

    provider.answer = key_set(public(KEY))
    watch.seconds += 30

    assert await keys.key_for("first") == public(KEY)
    assert provider.asked == 2


async def drops() -> AsyncIterator[bytes]:
    while True:
        yield b" "
        await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    "answer",
    [
        Response(orjson.dumps({"keys": [public(KEY)]}), 404),
        RedirectResponse("/elsewhere"),
        Response(b"<html>"),
        Response(b"\xff"),
        Response(orjson.dumps([public(KEY)])),
        Response(orjson.dumps({"keys": 1})),
        Response(orjson.dumps({"keys": [public(KEY)]}) + b" " * 262_144),
        key_set(),
        key_set(1, [], {}, {"kty": {}}, {"kty": "EC", "kid": "first"}),
        key_set({**public(KEY), "kid": 7}),
        key_set({**public(KEY), "use": "enc"}),
        key_set({**public(KEY), "x": "AA"}),
        key_set(OctKey.generate_key(256, {"kid": "first"}).as_dict(private=True)),
    ],
)
async def test_an_answer_without_a_usable_key_counts_as_none(
    keys: RemoteKeys, provider: Provider, answer: Response
) -> None:
    provider.answer = answer

    with pytest.raises(Overloaded):
        await keys.key_for("first")

    assert provider.asked == 1


async def test_an_answer_that_drips_is_given_up(
    keys: RemoteKeys, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jwks, "FETCH_SECONDS", 0.1)
    provider.answer = StreamingResponse(drops())

    with pytest.raises(Overloaded):
        await keys.key_for("first")


async def test_closing_gives_up_a_fetch(keys: RemoteKeys, provider: Provider) -> None:
    provider.open.clear()
    asking = asyncio.create_task(keys.key_for("first"))
    await provider.reached.wait()

    await keys.close()

    with pytest.raises(asyncio.CancelledError):
        await asking
    provider.open.set()


def test_weak_keys_are_left_out() -> None:
    with pytest.warns(SecurityWarning, match="2048"):
        weak = RSAKey.generate_key(1024, {"kid": "weak"})
    strong = OKPKey.generate_key("Ed25519", {"kid": "strong"})
    listed = [weak.as_dict(private=False), strong.as_dict(private=False)]

    found = jwks.published(orjson.dumps({"keys": listed}))

    assert found == {"strong": strong.as_dict(private=False)}


@pytest.mark.parametrize(
    "url",
    ["https://idp.example/keys", "http://localhost:80/", "http://127.0.0.1/", "http://[::1]/"],
)
async def test_keys_come_by_https_or_from_this_machine(url: str) -> None:
    await RemoteKeys(url).close()


@pytest.mark.parametrize(
    "url",
    [
        "http://login.example.com/keys",
        "http://localhost.example.com/keys",
        "http://10.0.0.1/keys",
        "ftp://localhost/keys",
        "file:///keys",
        "keys",
    ],
)
def test_no_other_address_is_believed(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        RemoteKeys(url)


async def test_of_a_local_file_only_the_public_half_is_given(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_bytes(orjson.dumps({"keys": [KEY.as_dict(private=True)]}))

    keys = FileKeys(file)

    assert await keys.key_for("first") == public(KEY)
    assert await keys.key_for("next") is None
