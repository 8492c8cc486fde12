"""Push messages: through Expo, or into the log where there is no push service."""

import asyncio
import logging
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import httpx
import orjson

from domain.ports import Unavailable
from domain.push import Accepted, Push, Rejected
from integrations.fetching import content, unspoofable

TIMEOUT = httpx.Timeout(5, connect=2)
WHOLE_SECONDS = 10
BYTES_MAX = 1_048_576
RETRY_AFTER_MAX = timedelta(hours=1)
REFUSED = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE})
"""The message itself is wrong, and will be the next time."""
UNREGISTERED = "DeviceNotRegistered"
RATE_EXCEEDED = "MessageRateExceeded"
UNNAMED = "Refused"
WORD_MAX = 60
SECONDS = re.compile(r"[0-9]{1,9}")

log = logging.getLogger(__name__)


class LoggedPushes:
    """Takes every message and writes down that it did; the words themselves stay out of the log."""

    async def send(self, push: Push) -> Accepted | Rejected:
        log.info("Push of %s, which no push service is set up to bring", push.notification_id)
        return Accepted(ticket=None)

    async def receipts(self, tickets: Sequence[str]) -> Mapping[str, Rejected | None]:
        return dict.fromkeys(tickets)  # it gave none

    async def close(self) -> None:
        """It holds nothing."""


class ExpoPushes:
    """Expo's push service, by version 2 of its API.

    One request a message: a token that Expo cannot place would spoil all others of the request.
    Whatever is no clear answer is `Unavailable`: the service may have taken the message all the
    same, and when it is asked again a phone may show it twice. A message of which it is known that
    it was accepted is not sent again (NOT-2).
    """

    def __init__(self, url: str, access_token: str | None = None) -> None:
        if not unspoofable(httpx.URL(url)):
            message = f"messages leave by https, not to {url}"
            raise ValueError(message)
        self._url = url.rstrip("/")
        headers = {"accept": "application/json", "accept-encoding": "identity"}
        if access_token is not None:
            headers["authorization"] = f"Bearer {access_token}"
        self._client = httpx.AsyncClient(timeout=TIMEOUT, headers=headers)

    async def send(self, push: Push) -> Accepted | Rejected:
        asked = {"to": push.token, "title": push.title, "body": push.message, "sound": "default"}
        status, answer = await self._ask("/send", [asked])
        if status in REFUSED:
            return Rejected(_code(answer))
        match answer:
            case {"data": [{"status": "ok", "id": str(ticket)}]} if ticket:
                return Accepted(ticket)
            case {"data": [{"status": "error", **refused}]}:
                return _patient(_rejected(refused))
        reason = "ExpoAnswer"
        raise Unavailable(reason)

    async def receipts(self, tickets: Sequence[str]) -> Mapping[str, Rejected | None]:
        status, answer = await self._ask("/getReceipts", {"ids": [*tickets]})
        found = answer.get("data") if isinstance(answer, dict) else None
        if status in REFUSED or not isinstance(found, dict):
            reason = "ExpoAnswer"
            raise Unavailable(reason)
        receipts: dict[str, Rejected | None] = {}
        for ticket in tickets:
            match found.get(ticket):
                case {"status": "ok"}:
                    receipts[ticket] = None
                case {"status": "error", **refused}:
                    receipts[ticket] = _rejected(refused)
        return receipts

    async def close(self) -> None:
        await self._client.aclose()

    async def _ask(self, path: str, body: object) -> tuple[int, Any]:
        """The status and the JSON of an answer; `Unavailable` of one that says to come again."""
        try:
            async with (
                asyncio.timeout(WHOLE_SECONDS),
                self._client.stream("POST", self._url + path, json=body) as response,
            ):
                text = await content(response, BYTES_MAX)
        except (httpx.HTTPError, TimeoutError, ValueError) as error:
            raise Unavailable(type(error).__name__) from error
        if not response.is_success and response.status_code not in REFUSED:
            reason = f"Expo{response.status_code}"
            raise Unavailable(reason, _retry_after(response))
        try:
            return response.status_code, orjson.loads(text)
        except ValueError:
            return response.status_code, None


def _rejected(refused: Mapping[Any, Any]) -> Rejected:
    """Why, by Expo's code; its sentence names the phone's token."""
    match refused.get("details"):
        case {"error": str(code)} if _is_word(code):
            return Rejected(code, unregistered=code == UNREGISTERED)
    return Rejected(UNNAMED)


def _patient(rejected: Rejected) -> Rejected:
    """A rejection for good: too many messages to one phone can be sent later."""
    if rejected.reason == RATE_EXCEEDED:
        raise Unavailable(rejected.reason)
    return rejected


def _code(answer: Any) -> str:
    """Why a whole request was refused."""
    match answer:
        case {"errors": [{"code": str(code)}, *_]} if _is_word(code):
            return code
    return UNNAMED


def _retry_after(response: httpx.Response) -> timedelta:
    """How long to wait; no time at all where the service does not say so in seconds."""
    told = response.headers.get("retry-after", "")
    if SECONDS.fullmatch(told) is None:
        return timedelta(0)
    return min(timedelta(seconds=int(told)), RETRY_AFTER_MAX)


def _is_word(code: str) -> bool:
    """Whether a code is one, and not a sentence that could tell of somebody."""
    return code.isascii() and code.isidentifier() and len(code) <= WORD_MAX
