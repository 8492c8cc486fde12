"""The import contracts hold, and each of them has been seen to fail."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import grimp
import pytest

HOUSE = Path(__file__).parents[2]
LINTER = tomllib.loads((HOUSE / "pyproject.toml").read_text())["tool"]["importlinter"]
NAMES = {contract["id"]: contract["name"] for contract in LINTER["contracts"]}

BREACHES = [
    ("layers", {"db/planted.py": "import actions"}),
    ("layers", {"domain/planted.py": "import db"}),
    ("layers", {"integrations/planted.py": "import db"}),
    ("cycles", {"domain/one.py": "import domain.two", "domain/two.py": "import domain.one"}),
    ("domain", {"domain/planted.py": "import socket"}),
    ("graphql", {"actions/planted.py": "import strawberry"}),
    ("sql", {"resolvers/planted.py": "import asyncpg"}),
    ("sql", {"schema/planted.py": "from sqlalchemy import select"}),
    ("integrations", {"actions/planted.py": "import integrations"}),
]
"""A contract, and the files that break it and no other."""


def broken(folder: Path) -> list[str]:
    """The names of the contracts that the tree in this folder breaks."""
    linter = str(Path(sys.executable).with_name("lint-imports"))
    run = subprocess.run(  # noqa: S603 - our own linter; it exits 1 when a contract is broken
        [linter, "--no-logo", "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    verdicts = [line for line in run.stdout.splitlines() if line.endswith((" KEPT", " BROKEN"))]
    assert len(verdicts) == len(NAMES), run.stdout + run.stderr
    return [line.removesuffix(" BROKEN") for line in verdicts if line.endswith(" BROKEN")]


def graph(*, with_types: bool) -> grimp.ImportGraph:
    return grimp.build_graph(
        *LINTER["root_packages"],
        include_external_packages=True,
        exclude_type_checking_imports=not with_types,
        cache_dir=None,
    )


def imports(within: grimp.ImportGraph) -> set[tuple[str, str]]:
    return {
        (importer, imported)
        for importer in within.modules
        for imported in within.find_modules_directly_imported_by(importer)
    }


def layer(module: str) -> str:
    return module.partition(".")[0]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The product's own packages, in a folder where a test may plant a breach."""
    shutil.copy(HOUSE / "pyproject.toml", tmp_path)
    for package in LINTER["root_packages"]:
        ignored = shutil.ignore_patterns("explorer", "__pycache__")
        shutil.copytree(HOUSE / package, tmp_path / package, ignore=ignored)
    return tmp_path


def test_every_contract_holds() -> None:
    assert broken(HOUSE) == []


def test_every_contract_has_a_breach_that_it_must_find() -> None:
    assert {contract for contract, _ in BREACHES} == set(NAMES)


@pytest.mark.parametrize(("contract", "files"), BREACHES)
def test_a_planted_breach_is_found(copy: Path, contract: str, files: dict[str, str]) -> None:
    for path, source in files.items():
        (copy / path).write_text(source + "\n")

    assert broken(copy) == [NAMES[contract]]


def test_the_domain_imports_only_the_standard_library_and_babel() -> None:
    foreign = {
        (importer, imported)
        for importer, imported in imports(graph(with_types=True))
        if layer(importer) == "domain"
        and layer(imported) not in sys.stdlib_module_names | {"babel", "domain"}
    }

    assert foreign == set()


def test_only_schema_types_import_each_other_for_type_checking_alone() -> None:
    unchecked = imports(graph(with_types=True)) - imports(graph(with_types=False))

    assert {(layer(one), layer(other)) for one, other in unchecked} <= {("schema", "schema")}
