"""A wire between the application and PostgreSQL that breaks at COMMIT."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import Enum, auto

from sqlalchemy import make_url

COMMIT = b"Q\0\0\0\x0bCOMMIT\0"
"""The message of PostgreSQL's protocol: one simple query."""


class Break(Enum):
    """Where the wire breaks."""

    BEFORE = auto()
    """COMMIT never reaches PostgreSQL, which rolls back."""
    AFTER = auto()
    """PostgreSQL has committed and said so; nobody hears it."""
    DURING = auto()
    """COMMIT is on its way while the other end has gone."""
    NEXT = auto()
    """The answer to COMMIT still arrives, and then nothing more until the wire is mended."""


class Wire:
    """Passes everything on, and breaks at each of the next COMMITs as it is told to."""

    def __init__(self, host: str, port: int) -> None:
        self._there = host, port
        self.breaks: list[Break] = []
        self.broken = False
        self.snapped = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()

    async def carry(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        if self.broken:
            back.transport.abort()
            return
        far, forth = await asyncio.open_connection(*self._there)
        answers = asyncio.create_task(_pass_on(far, back))
        try:
            while sent := await near.read(65_536):
                if sent.endswith(COMMIT) and self.breaks:
                    how = self.breaks.pop(0)
                    answers.cancel()
                    await asyncio.wait({answers})
                    await self._break(how, sent, far, forth, back)
                    return
                forth.write(sent)
        finally:
            answers.cancel()
            for end in (back, forth):
                end.transport.abort()
            self._running.discard(task)

    async def _break(
        self,
        how: Break,
        sent: bytes,
        far: asyncio.StreamReader,
        forth: asyncio.StreamWriter,
        back: asyncio.StreamWriter,
    ) -> None:
        if how is Break.BEFORE:
            return
        forth.write(sent)
        await forth.drain()
        if how is Break.DURING:
            return
        answer = await far.read(65_536)
        assert b"COMMIT" in answer
        if how is Break.NEXT:
            self.broken = True
            self.snapped.set()
            back.write(answer)
            await back.drain()

    async def cut(self) -> None:
        """Break every connection that there is."""
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running)


async def _pass_on(far: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
    while answered := await far.read(65_536):
        back.write(answered)
    back.close()


@asynccontextmanager
async def wire(url: str) -> AsyncIterator[tuple[Wire, str]]:
    """A wire to the database at an address, and the address of its near end."""
    there = make_url(url)
    made = Wire(there.host or "", there.port or 0)
    near = await asyncio.start_server(made.carry, "127.0.0.1", 0)
    port = near.sockets[0].getsockname()[1]
    try:
        yield made, there.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)
    finally:
        near.close()
        await made.cut()
