"""`kickstand dev` from nothing to an answered query, and away again without a trace (OPS-1)."""

import os
import re
import resource
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Timer
from typing import Any

import httpx
import pytest

from domain.access import Role
from tests import postgres
from tests.server import command

PATIENCE = 60.0
ROLES = [role.value for role in Role]
CREDENTIALS = (*ROLES, "rider", "partner key")
LINE = re.compile(rf"^  ({'|'.join(CREDENTIALS)}) +((?:eyJ|kst_)\S+)$", re.MULTILINE)
PAGE = re.compile(r"^  GraphiQL +(http://127\.0\.0\.1:\d+)/graphiql/#token=(\S+)&id=(cust_\w{26})$",
                  re.MULTILINE)  # fmt: skip
MONEY = re.compile(r"-?\$[\d,]+\.\d\d")
WHO = "{ viewer { kind operator { role } } }"
SEND = """mutation($id: ID!) { sendNotification(input: {customerId: $id, type: SYSTEM,
  title: "Hello", message: "Good to see you.", idempotencyKey: "1"}) { notification { id } } }"""
SENT = "query($id: ID!) { node(id: $id) { ... on Notification { status } } }"
CUSTOMER = "query($id: ID!) { customer(id: $id) { name wallet { balance { formatted } } } }"


@dataclass
class Running:
    """A product that is up, with what it printed."""

    process: subprocess.Popen[str]
    text: str

    @property
    def address(self) -> str:
        return self._page[1]

    @property
    def customer_id(self) -> str:
        return self._page[3]

    @property
    def credentials(self) -> dict[str, str]:
        return dict(LINE.findall(self.text))

    @property
    def _page(self) -> re.Match[str]:
        found = PAGE.search(self.text)
        assert found is not None, self.text
        assert found[2] == self.credentials["SUPER_ADMIN"]
        return found

    def ask(self, credential: str, query: str, **variables: str) -> Any:
        """What the server says to a printed credential."""
        answer = httpx.post(
            f"{self.address}/graphql",
            json={"query": query, "variables": variables},
            headers={"Authorization": f"Bearer {self.credentials[credential]}"},
            timeout=PATIENCE,
        )
        return answer.json().get("data", answer.status_code)


@contextmanager
def started(folder: Path, *arguments: str) -> Iterator[Running]:
    """`dev`, once it has printed all that it has to print, or has ended."""
    process = command.started("dev", "--data", str(folder), *arguments)
    hanging = Timer(PATIENCE, process.kill)
    hanging.start()
    try:
        assert process.stdout is not None
        text = ""
        for line in process.stdout:
            text += line
            if line.startswith("  partner key"):
                break
        else:
            text += process.communicate()[1]
        yield Running(process, text)
    finally:
        hanging.cancel()
        process.kill()
        process.wait()


def press_ctrl_c(running: Running, *, times: int = 1) -> tuple[int, str]:
    """The exit code, and all that is printed afterwards. A terminal tells the whole session."""
    for _ in range(times):
        os.killpg(running.process.pid, signal.SIGINT)
        time.sleep(0.1)
    said = running.process.communicate(timeout=PATIENCE)
    return running.process.returncode, "".join(said)


def left(folder: Path) -> list[str]:
    """The processes that name the folder, or where its PostgreSQL lives."""
    places = {str(folder), str((folder / "server").resolve())}
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it ended meanwhile
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            found += [line for place in places if place in line]
    return found


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    folder = postgres.new_folder()
    yield folder
    for own in [*folder.iterdir()]:
        postgres.remove(own)
    folder.rmdir()


@dataclass
class Lived:
    """A run that is over: what it printed and answered, and how it ended."""

    running: Running
    answers: dict[str, Any]
    customer: Any
    me: Any
    sent: str
    end: tuple[int, str]
    left: list[str]


@pytest.fixture(scope="module")
def first(folder: Path) -> Lived:
    """The first run in a new folder, while somebody has the usual port."""
    with ExitStack() as held:
        with suppress(OSError):  # it is taken already
            held.enter_context(socket.create_server(("127.0.0.1", 8000)))
        running = held.enter_context(started(folder / "new", "--customers", "200"))
        answers = {name: running.ask(name, WHO) for name in CREDENTIALS}
        customer = running.ask("SUPER_ADMIN", CUSTOMER, id=running.customer_id)
        me = running.ask("rider", "{ me { id } }")
        sent = told(running)
        end = press_ctrl_c(running)
        return Lived(running, answers, customer, me, sent, end, left(folder / "new"))


def told(running: Running) -> str:
    """What became of a message to the demo's customer, once a worker has had it."""
    answer = running.ask("SUPER_ADMIN", SEND, id=running.customer_id)
    id = answer["sendNotification"]["notification"]["id"]
    deadline = time.monotonic() + PATIENCE
    while True:
        status = running.ask("SUPER_ADMIN", SENT, id=id)["node"]["status"]
        if status != "QUEUED":
            return str(status)
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_one_command_starts_everything_and_ctrl_c_stops_it_all(first: Lived) -> None:
    operators = {
        role: {"viewer": {"kind": "OPERATOR", "operator": {"role": role}}} for role in ROLES
    }

    assert "Loading 200 demo customers" in first.running.text
    assert not first.running.address.endswith(":8000")
    assert first.answers == operators | {
        "rider": {"viewer": {"kind": "RIDER", "operator": None}},
        "partner key": {"viewer": {"kind": "PARTNER", "operator": None}},
    }
    assert first.sent == "NO_DEVICE"
    assert first.me == {"me": {"id": first.running.customer_id}}
    assert MONEY.fullmatch(first.customer["customer"]["wallet"]["balance"]["formatted"])
    assert (first.end, first.left) == ((0, ""), [])


def test_the_next_start_is_quick_and_finds_what_the_first_one_made(
    first: Lived, folder: Path
) -> None:
    worked = seconds()

    with started(folder / "new") as second:
        customer = second.ask("SUPER_ADMIN", CUSTOMER, id=second.customer_id)
        printed_before = first.running.text.replace(first.running.address, second.address)
        refused = replace(second, text=printed_before).ask("partner key", WHO)
        end = press_ctrl_c(second, times=2)

    assert "Loading" not in second.text
    assert (second.customer_id, customer) == (first.running.customer_id, first.customer)
    assert refused == 401
    assert (end, left(folder / "new")) == ((0, ""), [])
    # How long that takes depends on what else the machine does; a first start works for twice that.
    assert seconds() - worked < 4


def test_ctrl_c_while_it_starts_leaves_nothing(folder: Path) -> None:
    own = folder / "interrupted"
    process = command.started("dev", "--data", str(own), "--customers", "200")
    deadline = time.monotonic() + PATIENCE
    while not (own / "server" / "cluster.new" / "PG_VERSION").exists():
        if time.monotonic() > deadline:
            process.kill()
        assert process.poll() is None
        time.sleep(0.01)

    end = press_ctrl_c(Running(process, ""), times=10)  # one of them ends initdb

    assert end == (0, "")
    assert left(own) == []


def seconds() -> float:
    """That processes started here have worked, each on one core."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
