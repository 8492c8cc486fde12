"""Expo's push service, that behaves well or badly, over a real socket (NOT-2)."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from domain.ports import Unavailable
from domain.push import Accepted, Push, Rejected
from integrations import push as adapter
from integrations.push import ExpoPushes, LoggedPushes
from tests.serving import serving

PUSH = Push("ntf_1", "ExponentPushToken[abc]", "Title", "A message ✓")
GONE = Rejected("DeviceNotRegistered", unregistered=True)
OK = {"status": "ok", "id": "ticket-1"}
SECRET = "secret-token"  # noqa: S105


class Expo:
    """An ASGI application that answers as it is told to, and keeps what it was asked."""

    def __init__(self) -> None:
        self.answer: Response | None = None
        self.reached = asyncio.Event()
        self.asked: list[tuple[str, dict[str, str], Any]] = []

    def says(self, body: Any, status: int = 200, **headers: str) -> None:
        content = body if isinstance(body, bytes) else orjson.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer = Response(content, status, named, "application/json")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = orjson.loads(await request.body())
        self.asked.append((request.url.path, dict(request.headers), body))
        self.reached.set()
        if self.answer is None:  # it hangs until the caller has had enough
            while (await receive())["type"] != "http.disconnect":
                pass
            return
        await self.answer(scope, receive, send)


@pytest.fixture
def expo() -> Expo:
    return Expo()


@pytest.fixture
async def pushes(expo: Expo) -> AsyncIterator[ExpoPushes]:
    async with serving(expo) as address:
        service = ExpoPushes(f"{address}/v2/push/", SECRET)
        yield service
        await service.close()


async def test_a_message_becomes_a_ticket(pushes: ExpoPushes, expo: Expo) -> None:
    expo.says({"data": [OK]})

    sent = await pushes.send(PUSH)

    assert sent == Accepted("ticket-1")
    ((path, headers, body),) = expo.asked
    assert (path, headers["authorization"]) == ("/v2/push/send", f"Bearer {SECRET}")
    assert body == [{"to": PUSH.token, "title": "Title", "body": "A message ✓", "sound": "default"}]


@pytest.mark.parametrize(
    ("ticket", "told"),
    [
        ({"details": {"error": "DeviceNotRegistered"}}, GONE),
        ({"details": {"error": "MessageTooBig"}}, Rejected("MessageTooBig")),
        ({"message": "ExponentPushToken[abc] is odd"}, Rejected("Refused")),
        ({"details": {"error": "Tell +1 415 555 0100"}}, Rejected("Refused")),
        ({"details": {"error": "x" * 1000}}, Rejected("Refused")),
        ({"details": None}, Rejected("Refused")),
    ],
)
async def test_a_ticket_that_is_an_error_tells_why_by_its_code_alone(
    pushes: ExpoPushes, expo: Expo, ticket: dict[str, Any], told: Rejected
) -> None:
    expo.says({"data": [{"status": "error", **ticket}]})

    assert await pushes.send(PUSH) == told


async def test_a_request_that_expo_refuses_is_not_sent_again(
    pushes: ExpoPushes, expo: Expo
) -> None:
    expo.says({"errors": [{"code": "VALIDATION_ERROR", "message": "…"}]}, status=400)

    assert await pushes.send(PUSH) == Rejected("VALIDATION_ERROR")


@pytest.mark.parametrize(
    ("told", "after"),
    [("7", 7), ("999999999", 3600), ("86400", 3600), ("", 0), ("soon", 0), ("-5", 0), ("٣", 0)],
)
async def test_too_many_requests_wait_as_long_as_they_are_told_to(
    pushes: ExpoPushes, expo: Expo, told: str, after: int
) -> None:
    if told.isascii():
        expo.says({}, status=429, retry_after=told)
    else:
        expo.answer = Response(b"{}", 429)
        expo.answer.raw_headers.append((b"retry-after", told.encode()))

    with pytest.raises(Unavailable) as wait:
        await pushes.send(PUSH)

    assert (wait.value.reason, wait.value.after) == ("Expo429", timedelta(seconds=after))


async def test_too_many_messages_to_one_phone_wait(pushes: ExpoPushes, expo: Expo) -> None:
    expo.says({"data": [{"status": "error", "details": {"error": "MessageRateExceeded"}}]})

    with pytest.raises(Unavailable, match="MessageRateExceeded"):
        await pushes.send(PUSH)


@pytest.mark.parametrize("status", [401, 403, 404, 500, 502, 503, 504])
async def test_whatever_can_be_mended_is_tried_again(
    pushes: ExpoPushes, expo: Expo, status: int
) -> None:
    expo.says({"data": [OK]}, status=status)

    with pytest.raises(Unavailable, match=f"Expo{status}"):
        await pushes.send(PUSH)


async def test_nobody_is_followed_elsewhere(pushes: ExpoPushes, expo: Expo) -> None:
    expo.answer = RedirectResponse("/elsewhere")

    with pytest.raises(Unavailable, match="Expo307"):
        await pushes.send(PUSH)

    assert [path for path, _, _ in expo.asked] == ["/v2/push/send"]


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"<html>", b"null", b"[]", b"\xff\xfe", b'{"data": ' * 10_000),
        *({"data": []}, {"data": [OK, OK]}, {"data": OK | {"id": 1}}, {"data": None}),
        *({"data": [{"status": "ok"}]}, {"data": [{"status": "ok", "id": ""}]}),
        *({"data": [{"status": "perhaps"}]}, {"data": "ok"}, {"data": [None]}),
        b" " * (adapter.BYTES_MAX + 1),
    ],
    ids=range(16),
)
async def test_an_answer_that_cannot_be_read_is_none(
    pushes: ExpoPushes, expo: Expo, body: Any
) -> None:
    expo.says(body)

    with pytest.raises(Unavailable):
        await pushes.send(PUSH)
    expo.says(body if isinstance(body, bytes) else {"data": [body]})
    with pytest.raises(Unavailable):
        await pushes.receipts(["ticket-1"])


async def test_an_answer_that_does_not_come_is_not_waited_for(
    pushes: ExpoPushes, expo: Expo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "WHOLE_SECONDS", 0.2)

    with pytest.raises(Unavailable, match="TimeoutError"):
        await pushes.send(PUSH)

    assert len(expo.asked) == 1
    assert httpx.Timeout(connect=2, read=5, write=5, pool=5) == adapter.TIMEOUT


async def test_a_service_that_is_not_there_is_tried_again(
    expo: Expo,
) -> None:
    async with serving(expo) as address:
        service = ExpoPushes(address)

    with pytest.raises(Unavailable, match="ConnectError"):
        await service.send(PUSH)

    await service.close()


async def test_receipts_tell_what_became_of_messages(pushes: ExpoPushes, expo: Expo) -> None:
    expo.says({
        "data": {
            "a": {"status": "ok"},
            "b": {"status": "error", "details": {"error": "DeviceNotRegistered"}},
            "c": {"status": "error", "message": "ExponentPushToken[abc]", "details": {}},
            "d": "nonsense",
            "stranger": {"status": "ok"},
        }
    })  # fmt: skip

    told = await pushes.receipts(["a", "b", "c", "d", "late"])

    assert told == {
        "a": None,
        "b": GONE,
        "c": Rejected("Refused"),
    }
    ((path, _, body),) = expo.asked
    assert (path, body) == ("/v2/push/getReceipts", {"ids": ["a", "b", "c", "d", "late"]})


@pytest.mark.parametrize("status", [400, 429, 500])
async def test_receipts_that_are_not_told_are_asked_for_again(
    pushes: ExpoPushes, expo: Expo, status: int
) -> None:
    expo.says({"data": {"a": {"status": "ok"}}}, status=status)

    with pytest.raises(Unavailable):
        await pushes.receipts(["a"])


@pytest.mark.parametrize("url", ["http://push.example/v2", "ftp://push.example", "push.example"])
def test_messages_leave_by_https_alone(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        ExpoPushes(url)


async def test_without_a_service_the_log_tells_of_a_message_and_not_what_it_says(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    pushes = LoggedPushes()

    sent = await pushes.send(PUSH)

    assert sent == Accepted(None)
    assert caplog.messages == ["Push of ntf_1, which no push service is set up to bring"]
    await pushes.close()


async def test_giving_up_a_message_leaves_nothing_open(pushes: ExpoPushes, expo: Expo) -> None:
    sending = asyncio.create_task(pushes.send(PUSH))
    await asyncio.wait_for(expo.reached.wait(), 10)

    sending.cancel()

    with pytest.raises(asyncio.CancelledError):
        await sending
