"""Nothing is lost and nothing happens twice, whatever is killed."""

import asyncio
import socket
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import asyncpg
import httpx
import pytest

from db import embedded
from db.engine import BROKEN
from db.revision import catch_up
from server.development import Development
from tests import postgres
from tests.conftest import Clock
from tests.make import Make
from tests.serving import serving
from tests.stress.bank import Bank, Client
from tests.stress.provider import Provider
from tests.stress.supervised import PATIENCE, Command, Database, Havoc, Part, seconds
from tests.stress.watch import Auditor, Reader, ledger

SERVERS = 2
CLIENTS = 16
WALLETS = 20
OPENING = 500
SENT = "SELECT count(*) FROM notification WHERE status <> 'QUEUED'"
WAITING = "SELECT count(*) FROM job WHERE kind = 'DELIVER_NOTIFICATION'"

KEYS = "SELECT count(*) FROM idempotency WHERE caller_id = ANY ($1)"


@dataclass(frozen=True)
class Storm:
    """How long it takes, and how often each part is killed."""

    seconds: float
    servers: int
    workers: int
    databases: int
    durable: bool
    back: float
    """Seconds within which whatever was killed is at work again; more where tests run beside."""


SMALL = Storm(6, servers=1, workers=1, databases=1, durable=False, back=PATIENCE)
FULL = Storm(60, servers=5, workers=5, databases=3, durable=True, back=10)


@dataclass
class Town:
    """A bank that is open: its processes, and whoever stands around them."""

    bank: Bank
    havoc: Havoc
    database: Database
    servers: Sequence[Command]
    worker: Command
    clients: Sequence[Client]
    reader: Reader
    auditor: Auditor
    store: asyncpg.Pool

    def plan(self, storm: Storm) -> list[tuple[float, Part]]:
        """Kills over the whole time but its ends; the servers are killed in turn."""
        parts: list[list[Part]] = [
            [self.servers[n % len(self.servers)] for n in range(storm.servers)],
            [self.worker] * storm.workers,
            [self.database] * storm.databases,
        ]
        return [
            (storm.seconds * (place + 0.3 * (kind + 1)) / len(each), part)
            for kind, each in enumerate(parts)
            for place, part in enumerate(each)
        ]

    async def live_through(self, storm: Storm) -> None:
        """Do business for so long, and until all that was killed is back."""
        parts: list[Part] = [self.database, *self.servers, self.worker]
        async with asyncio.TaskGroup() as group:
            kept = [group.create_task(part.keep()) for part in parts]
            await self._opened()
            clients = [group.create_task(client.bustle()) for client in self.clients]
            watching = [self.auditor.watch(), self.reader.watch(), self._listen()]
            beside = [group.create_task(each) for each in watching]
            havoc = group.create_task(self.havoc.wreak(self.plan(storm)))
            await asyncio.wait([havoc, group.create_task(asyncio.sleep(storm.seconds))])
            self.bank.over.set()
            async with asyncio.timeout(PATIENCE):
                await asyncio.gather(*clients, *beside)
                await self._delivered()
            for task in kept:
                task.cancel()

    async def _opened(self) -> None:
        async with asyncio.timeout(PATIENCE), httpx.AsyncClient() as http:
            for server in self.servers:
                while True:
                    try:
                        answer = await http.get(f"{server.name}/readyz")
                    except httpx.TransportError:
                        await asyncio.sleep(0.05)
                    else:
                        assert answer.status_code == 200
                        break

    async def _listen(self) -> None:
        """Hear of the worker, which works while the count of what was sent grows."""
        sent, at = 0, seconds()
        while not self.bank.over.is_set():
            looked = seconds()
            try:
                now = await self.store.fetchval(SENT)
            except BROKEN:
                now = sent
            if now > sent:
                self.havoc.worked({self.worker.name}, at)
            sent, at = now, looked
            await asyncio.sleep(0.05)

    async def _delivered(self) -> None:
        """Wait until no message waits to be sent any more."""
        while True:
            if not await self.store.fetchval(WAITING):
                return
            await asyncio.sleep(0.05)


@asynccontextmanager
async def town(storm: Storm, tmp_path: Path) -> AsyncIterator[Town]:
    async with AsyncExitStack() as held:
        folder = postgres.new_folder()
        held.callback(postgres.remove, folder)
        database = Database(folder, storm.durable)
        cluster = await asyncio.to_thread(database.start)
        addresses = await embedded.prepare(cluster)
        await catch_up(addresses.owner, addresses.application)
        provider = Provider()
        issuers = provider.issuers(await held.enter_async_context(serving(provider)))
        given = {"DATABASE_URL": addresses.application, "KICKSTAND_ISSUERS": issuers}
        url = cluster.url(embedded.SUPERUSER, embedded.DATABASE)
        store = await held.enter_async_context(asyncpg.create_pool(url, min_size=0, max_size=2))
        make = Make(store, Development(tmp_path, Clock()))
        yield await peopled(make, provider, database, url, given, tmp_path)


async def peopled(
    make: Make,
    provider: Provider,
    database: Database,
    url: str,
    given: Mapping[str, str],
    logs: Path,
) -> Town:
    """The processes of a town, none of them started, and its people."""
    servers = [served(given, logs, port) for port in free_ports(SERVERS)]
    worker = Command("worker", ["worker"], given, logs / "worker.log")
    names, havoc = [server.name for server in servers], Havoc()
    fleet = await make.fleet()
    people = [await fleet.customer(balance=OPENING) for _ in range(WALLETS)]
    bank = Bank(fleet, people, lambda address, asked: havoc.worked({address, database.name}, asked))
    bank.held.update(dict.fromkeys(people, OPENING))
    bystander, *tellers = [await provider.operator(make, fleet) for _ in range(CLIENTS + 1)]
    chances = [Random(number) for number in range(CLIENTS + 1)]  # noqa: S311  (no secrets)
    clients = [
        Client(bank, who, names, chance) for who, chance in zip(tellers, chances[1:], strict=True)
    ]
    reader, auditor = Reader(bank, bystander, names, chances[0]), Auditor(bank, url)
    return Town(bank, havoc, database, servers, worker, clients, reader, auditor, make.store)


def served(given: Mapping[str, str], folder: Path, port: int) -> Command:
    """A server, by the name of its address."""
    arguments = ["serve", "--port", str(port)]
    return Command(f"http://127.0.0.1:{port}", arguments, given, folder / f"server-{port}.log")


def free_ports(count: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


@pytest.mark.rule("WAL-1", "WAL-8")
@pytest.mark.parametrize("storm", [SMALL, pytest.param(FULL, marks=pytest.mark.stress)])
async def test_what_was_acknowledged_is_there_once_whatever_is_killed(
    storm: Storm, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with town(storm, tmp_path) as there:
        begun = seconds()
        await there.live_through(storm)
        took = seconds() - begun

        bank, store = there.bank, there.store
        if storm is FULL:
            with capsys.disabled():
                sys.stdout.write(told(there, took, await store.fetchval(SENT)))
        kept = await ledger(bank, store)
        audited = await store.fetchval("SELECT count(*) FROM audit_entry")
        keys = await store.fetchval(KEYS, [client.who.id for client in there.clients])
        await there.auditor.look()

    assert kept == {line.id: line for line in bank.lines.values()}
    assert audited == keys == len(bank.lines)
    assert min(there.auditor.looks, there.reader.looks) * 3 > storm.seconds
    assert max(recovery.took for recovery in there.havoc.recoveries) < storm.back


def told(there: Town, took: float, messages: int) -> str:
    """The figures of a run."""
    bank = there.bank
    done, audits, looks = bank.told["replayed"], there.auditor, there.reader.looks
    lines = [
        f"{len(there.clients)} clients, {len(bank.people)} wallets, {took:.1f} s",
        f"{bank.operations / took:.0f} operations/s, {len(bank.lines)} acknowledged",
        f"{done} of them had been done when their client asked again; {messages} debts told",
        f"{audits.looks} readings of everything, {audits.interrupted} cut off; {looks} of a wallet",
        *(f"  {name}: {number}" for name, number in sorted(bank.told.items())),
    ]
    back = defaultdict(list)
    for recovery in there.havoc.recoveries:
        name = "server" if recovery.part.startswith("http") else recovery.part
        back[name].append(f"{recovery.took:.1f}")
    for name, each in back.items():
        lines.append(f"{name} killed {len(each)} times, back after {', '.join(each)} s")
    return "\n" + "\n".join(lines) + "\n"
