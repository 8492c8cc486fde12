"""A push service on a real socket: it takes messages, and says later what became of them."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tests.serving import serving


class Phones:
    """As Expo's service is to its callers: every message arrives, unless it is told otherwise."""

    def __init__(self) -> None:
        self.address = ""
        self.sent: list[tuple[str, str, str]] = []
        """Token, title and message of each that was accepted."""
        self.asked: list[str] = []
        """The token of each that came, accepted or not."""
        self.refused: dict[str, str] = {}
        """Tokens that are answered with this error."""
        self.failed: dict[str, str | None] = {}
        """What the receipts of tokens say: an error, or None where there is no receipt yet."""
        self.down: dict[str, int] = {}
        """Tokens whose message is answered with this status."""
        self.waiting: dict[str, asyncio.Event] = {}
        """Tokens whose message is answered once this happens, if ever."""
        self.came: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        """What happens when a message to a token comes."""
        self._tokens: dict[str, str] = {}
        self._numbers = count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = orjson.loads(await request.body())
        if request.url.path.endswith("/send"):
            answer = await self._taken(body[0])
        else:
            told = {ticket: self._receipt(self._tokens[ticket]) for ticket in body["ids"]}
            answer = _said({"data": {ticket: each for ticket, each in told.items() if each}})
        await answer(scope, receive, send)

    async def _taken(self, message: dict[str, str]) -> Response:
        token = message["to"]
        self.asked.append(token)
        self.came[token].set()
        if token in self.waiting:
            await self.waiting[token].wait()
        if token in self.down:
            return Response(status_code=self.down[token])
        if token in self.refused:
            return _said({"data": [_error(self.refused[token])]})
        ticket = f"ticket-{next(self._numbers)}"
        self._tokens[ticket] = token
        self.sent.append((token, message["title"], message["body"]))
        return _said({"data": [{"status": "ok", "id": ticket}]})

    def _receipt(self, token: str) -> dict[str, Any] | None:
        if token not in self.failed:
            return {"status": "ok"}
        error = self.failed[token]
        return None if error is None else _error(error)


def _said(body: Any) -> Response:
    return Response(orjson.dumps(body), media_type="application/json")


def _error(code: str) -> dict[str, Any]:
    return {"status": "error", "message": "…", "details": {"error": code}}


@asynccontextmanager
async def phones() -> AsyncIterator[Phones]:
    made = Phones()
    async with serving(made) as address:
        made.address = address
        yield made
