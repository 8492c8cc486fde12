"""How a process is told to end."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from types import FrameType
from typing import Any, Self, TypeVar

import uvloop

from server.failure import Failure

T = TypeVar("T")


class Interrupted(Failure):
    """Somebody wants the process to end, and it has not done what it was started for."""

    exit_code = 130


class Signals:
    """Ctrl-C, SIGTERM and a closed terminal, noted: nothing is broken off at any odd place.

    Work in `run` is cancelled; all else runs to its end, so that whatever was started is stopped.
    A failure after a signal is an interruption.
    """

    def __init__(self) -> None:
        self._noted = False
        self._cancel: Callable[[], object] = bool  # nothing to cancel yet
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        for each in (signal.SIGINT, signal.SIGTERM):
            self._before[each] = signal.signal(each, self._note)
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # as under nohup
            self._before[signal.SIGHUP] = signal.signal(signal.SIGHUP, _terminate)
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        for each, handler in self._before.items():
            # Of one more the interpreter would die while it ends: by then it handles none itself.
            signal.signal(each, signal.SIG_IGN if self._noted else handler)
        if self._noted and isinstance(error, Failure):
            # Ctrl-C reaches the programs that PostgreSQL starts with.
            raise Interrupted from error

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of this work; `Interrupted` once a signal was noted."""
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            try:
                return runner.run(self._cancellable(work))
            except asyncio.CancelledError:
                raise Interrupted from None

    async def _cancellable(self, work: Coroutine[Any, Any, T]) -> T:
        loop, task = asyncio.get_running_loop(), asyncio.ensure_future(work)
        self._cancel = lambda: loop.call_soon_threadsafe(task.cancel)
        try:
            if self._noted:
                task.cancel()
            return await task
        finally:
            self._cancel = bool

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self._noted = True
        self._cancel()


def _terminate(_number: int, _frame: FrameType | None) -> None:
    """A closed terminal means what SIGTERM means, also to Uvicorn, which does not know it."""
    signal.raise_signal(signal.SIGTERM)
