"""Running a file of SQL inside a migration."""

from pathlib import Path

from alembic import op


def run(script: Path) -> None:
    """Run a file of many statements in the migration's own transaction."""
    adapted = op.get_bind().connection.dbapi_connection
    text = script.read_text(encoding="utf-8")
    adapted.run_async(lambda raw: raw.execute(text))  # type: ignore[union-attr]
