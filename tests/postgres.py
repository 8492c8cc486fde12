"""One PostgreSQL a test run: made when first asked for, shared by all workers, gone at the end.

`throwaway` belongs into `pytest_configure` of the process that is no xdist worker; `server`,
`template` and `clone` into fixtures. The environment variable KICKSTAND_TEST_POSTGRES names the
bin folder of another PostgreSQL to run on.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from db import embedded
from db.embedded import Addresses, Cluster

FOLDER = "KICKSTAND_TEST_FOLDER"  # how the workers of a run learn where its server is
BINARIES = "KICKSTAND_TEST_POSTGRES"
ROOT = Path(__file__).parent.parent


def throwaway() -> Callable[[], None]:
    """Name the folder of this run's server, here and for the workers; what comes back removes it.

    A process of its own does the removing, so that it is done even after the run was killed.
    """
    folder = new_folder()
    os.environ[FOLDER] = str(folder)
    command = [sys.executable, "-m", "tests.postgres", str(folder)]
    watch = subprocess.Popen(  # noqa: S603  (no shell)
        command,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for the run alone
    )

    def end() -> None:
        watch.communicate(timeout=60)
        assert watch.returncode == 0, f"{folder} may still be there"

    return end


def server() -> Cluster:
    """The server of this run; whichever worker asks first starts it."""
    return embedded.start(Path(os.environ[FOLDER]), binaries=binaries(), durable=False)


def binaries() -> Path | None:
    named = os.environ.get(BINARIES)
    return Path(named) if named else None


async def template(
    server: Cluster, fingerprint: str, migrate: Callable[[str], Awaitable[None]]
) -> str:
    """A migrated database to clone, made by one worker while the others wait.

    The fingerprint, a hash in hexadecimal, is that of what `migrate` does with the owner's URL.
    All connections of `migrate` are closed when it returns.
    """
    await embedded.prepare(server)
    name, unfinished = f"template_{fingerprint[:16]}", f"unfinished_{fingerprint[:16]}"
    async with _superuser(server) as connection:
        await connection.execute("SELECT pg_advisory_lock(hashtext('tests.template'))")
        known = "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)"
        if not await connection.fetchval(known, name):
            await connection.execute(f"DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)")
            await connection.execute(f"CREATE DATABASE {unfinished} OWNER {embedded.OWNER}")
            await migrate(server.url(embedded.OWNER, unfinished))
            await connection.execute(f"ALTER DATABASE {unfinished} RENAME TO {name}")
    return name


async def clone(server: Cluster, template: str, name: str) -> Addresses:
    """A database of this name, as the template is, in place of any that had it before."""
    async with _superuser(server) as connection:
        await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await connection.execute(
            f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY OWNER {embedded.OWNER}"
        )
    return embedded.addresses(server, name)


def new_folder() -> Path:
    """A folder of our own, which the account that runs the server can pass through."""
    folder = Path(tempfile.mkdtemp(prefix="kickstand-test-"))
    folder.chmod(0o711)
    return folder


def remove(folder: Path) -> None:
    """Stop the folder's server, if it runs, and leave nothing of it."""
    embedded.stop(folder)
    shutil.rmtree((folder / "server").resolve(), ignore_errors=True)
    shutil.rmtree(folder)


@asynccontextmanager
async def _superuser(server: Cluster) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(
        server.url("postgres", "postgres"), server_settings={"lock_timeout": "60s"}
    )
    try:
        yield connection
    finally:
        await connection.close()


if __name__ == "__main__":
    sys.stdin.read()  # until the run closes its end, or is no more
    remove(Path(sys.argv[1]))
