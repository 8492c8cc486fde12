"""The front door of /graphql: who asks, what is asked, and how the answer goes back.

It runs graphql-core on the schema itself: Strawberry's `execute` parses and validates each time,
and cannot leave suggestions out. Strawberry's schema extensions are therefore never called.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from inspect import isawaitable
from typing import Any, Protocol, TypeAlias, TypeVar

from graphql import ExecutionResult, GraphQLError, OperationType, execute, get_operation_ast
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from strawberry import Schema

from domain import ids
from domain.access import Client
from domain.fault import BadUserInput, Fault, Overloaded, Unauthenticated, Uncertain
from domain.ids import Prefix
from domain.origin import Origin
from schema.build import core
from schema.errors import INTERNAL, public
from server.documents import VALIDATION_FAILED, Document, Documents, Rejected
from server.forwarding import Network, client_address
from server.traced import traced
from server.wire import GRAPHQL, JSON, Asked, Misasked, accepted, answer, read, require_post

R = TypeVar("R")
Authenticate: TypeAlias = Callable[[HTTPConnection], Awaitable[Client]]
"""Who asks; raises Unauthenticated where nobody is to be believed."""

CREDENTIALS = frozenset({"authorization", "x-api-key"})
"""The headers that may say who asks."""
QUERY_SECONDS = 10
VARIABLE_ERRORS_MAX = 10
STATUSES: Mapping[str, tuple[int, Mapping[str, str]]] = {
    BadUserInput.code: (400, {}),
    Unauthenticated.code: (401, {"WWW-Authenticate": "Bearer"}),
    Overloaded.code: (503, {"Retry-After": "1"}),
}
"""Of the faults that a whole request can have; anything else is a bug of ours."""

log = logging.getLogger(__name__)


class Context(Protocol):
    """What the resolvers of one request share."""

    async def close(self) -> None:
        """Give everything back; called however the request ends."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer in the making; a request that was never executed has no data, not even null."""

    status: int
    errors: Sequence[GraphQLError]
    executed: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


class FrontDoor:
    """The ASGI application behind /graphql. Whatever happens, the answer is JSON with an id.

    Open introspection lets anybody ask for the schema and nothing else (ROL-6). Without
    introspection nobody may, and no message about a document suggests what else there is.
    """

    def __init__(
        self,
        schema: Schema,
        make_context: Callable[[Client, Origin], Context],
        authenticate: Authenticate,
        clock: Callable[[], datetime],
        *,
        introspection: bool,
        open_introspection: bool,
        trusted_proxies: Sequence[Network] = (),
    ) -> None:
        self._schema = core(schema)
        self._make_context = make_context
        self._authenticate = authenticate
        self._clock = clock
        self._trusted = trusted_proxies
        self._hides = not introspection
        self._open = introspection and open_introspection
        self._documents = Documents(self._schema, introspection=introspection)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self._respond(request)
        except ClientDisconnect:
            return  # nobody is there to be answered
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        address = client_address(request, self._trusted)
        language = request.headers.get("accept-language")
        origin = Origin(ids.new(Prefix.REQUEST, self._clock()), address, language)
        media = JSON
        try:
            require_post(request)
            media = accepted(request.headers)
            return _sent(_reply(await self._result(request, origin)), media, origin)
        except ClientDisconnect:
            raise
        except Exception as error:  # noqa: BLE001  (the client hears of it, and so does the log)
            return _sent(_failure(error, media), media, origin)

    async def _result(self, request: Request, origin: Origin) -> ExecutionResult:
        """The credential comes first (GEN-2), then the body, then what it asks for."""
        caller = await self._caller(request)
        asked = await read(request)
        document = self._document(asked.query, caller)
        operation = get_operation_ast(document.ast, asked.operation_name)
        if operation is None:
            message = "The operationName has to name one of the document's operations."
            raise Rejected(VALIDATION_FAILED, GraphQLError(message))
        context = None if caller is None else self._make_context(caller, origin)
        try:
            execution = self._execute(document, asked, context)
            if operation.operation is OperationType.QUERY:
                return await _attended(execution, request)
            # A mutation is never cut: what it performs is shielded, and has deadlines of its own.
            return _truthful(await execution)
        finally:
            if context is not None:
                await context.close()

    async def _caller(self, request: Request) -> Client | None:
        """Who asks; None is anybody, where introspection is open. A false name is not nobody's."""
        if self._open and not CREDENTIALS.intersection(request.headers.keys()):
            return None
        return await self._authenticate(request)

    def _document(self, text: str, caller: Client | None) -> Document:
        try:
            document = self._documents.read(text)
        except Rejected:
            if caller is None:
                raise Unauthenticated from None
            raise
        if caller is None and not document.introspects_only:
            raise Unauthenticated
        if document.errors:
            raise Rejected(VALIDATION_FAILED, *document.errors)
        return document

    async def _execute(
        self, document: Document, asked: Asked, context: Context | None
    ) -> ExecutionResult:
        result = execute(
            self._schema,
            document.ast,
            context_value=context,
            variable_values=asked.variables,
            operation_name=asked.operation_name,
            max_coercion_errors=VARIABLE_ERRORS_MAX,
            hide_suggestions=self._hides,
        )
        executed = await result if isawaitable(result) else result
        errors = executed.errors or []
        if executed.data is None and errors and all(error.path is None for error in errors):
            raise Rejected(BadUserInput.code, *errors)  # the variables do not fit
        return executed


async def _attended(execution: Awaitable[R], request: Request) -> R:
    """The result of an execution, which is given up when its client goes away or loses patience.

    The deadline is an overload's: no query of ours takes that long on a quiet server.
    """
    running = asyncio.ensure_future(execution)
    leaving = asyncio.ensure_future(request.receive())  # the body is read: what comes is the end
    tasks = {running, leaving}
    try:
        done, _ = await asyncio.wait(
            tasks, timeout=QUERY_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        if running in done:
            return running.result()
        raise ClientDisconnect if leaving in done else Overloaded
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


def _truthful(result: ExecutionResult) -> ExecutionResult:
    """No data at all, where null would deny what a mutation did, or may have done (WAL-0)."""
    for error in result.errors or ():
        field, *below = error.path or [""]
        hidden = below and (result.data or {}).get(str(field), "") is None
        if hidden or isinstance(error.original_error, Uncertain):
            return ExecutionResult(None, result.errors)
    return result


def _reply(result: ExecutionResult) -> Reply:
    """What an execution gives: a part of it is an answer, too."""
    errors = result.errors or []
    starved = any((error.extensions or {}).get("code") == Overloaded.code for error in errors)
    delivered = any(value is not None for value in (result.data or {}).values())
    status, headers = STATUSES[Overloaded.code] if starved and not delivered else (200, {})
    return Reply(status, errors, {"data": result.data}, headers)


def _failure(error: Exception, media: str) -> Reply:
    """What a request gets that was never executed."""
    if isinstance(error, Rejected):
        # Clients of the older media type take any other status for a broken connection.
        return Reply(400 if media == GRAPHQL else 200, error.errors)
    told = [GraphQLError(str(error), original_error=error)]
    if isinstance(error, Misasked):
        return Reply(error.status, told, headers=error.headers)
    code = error.code if isinstance(error, Fault) else INTERNAL
    status, headers = STATUSES.get(code, (500, {}))
    return Reply(status, told, headers=headers)


def _sent(reply: Reply, media: str, origin: Origin) -> Response:
    told = [public(error, origin.request_id) for error in reply.errors]
    for error, shown in zip(reply.errors, told, strict=True):
        if (shown.extensions or {})["code"] == INTERNAL:
            where = ".".join(map(str, error.path or ()))
            cause = traced(error.original_error or error)
            log.error("Request %s failed at [%s]: %s", origin.request_id, where, cause)
    body = {**reply.executed, **({"errors": [error.formatted for error in told]} if told else {})}
    return answer(reply.status, media, body, {**reply.headers, "X-Request-Id": origin.request_id})
