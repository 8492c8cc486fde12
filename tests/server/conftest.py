"""Commands of the command line, run in this process."""

import sys
from pathlib import Path

import pytest

from db.embedded import Addresses
from server import cli
from server.settings import Settings, variable
from tests.server.command import Said


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Said:
    """A command's exit code, what it prints and what it complains of, without a process."""

    def run(*arguments: str, **given: str) -> tuple[object, str, str]:
        for name in ("DATABASE_URL", *map(variable, Settings.model_fields)):
            monkeypatch.delenv(name, raising=False)
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["kickstand", *arguments])
        with pytest.raises(SystemExit) as end:
            cli.main()
        return end.value.code or 0, *capsys.readouterr()

    return run


@pytest.fixture
def own(anyio_backend: str, database: Addresses, tmp_path: Path) -> dict[str, str]:
    """Settings for this test's own data folder, and the database of its worker."""
    assert anyio_backend  # by which plain tests have async fixtures
    return {
        "DATABASE_URL": database.application,
        "KICKSTAND_OWNER_URL": database.owner,
        "KICKSTAND_DATA": str(tmp_path),
    }
