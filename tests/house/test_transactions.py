from pathlib import Path

HOUSE = Path(__file__).parents[2]
LAYERS = ("server", "schema", "resolvers", "actions")
SOURCES = [path for layer in LAYERS for path in (HOUSE / layer).rglob("*.py")]


def test_only_the_performer_begins_a_write() -> None:
    writers = [path.name for path in SOURCES if "write(self._engine" in path.read_text()]
    importers = [
        path.name
        for path in SOURCES
        if "import Conflict, Engine, Lost, Unknown, write" in path.read_text()
    ]

    assert writers == importers == ["action.py"]


def test_nothing_but_the_clock_of_the_server_reads_a_clock() -> None:
    readers = [
        str(path.relative_to(HOUSE))
        for layer in (*LAYERS, "domain", "integrations")
        for path in (HOUSE / layer).rglob("*.py")
        if "datetime.now(" in path.read_text() or "utcnow(" in path.read_text()
    ]

    assert readers == ["server/clock.py"]
