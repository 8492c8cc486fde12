"""What the customers page reads, and the only ways to write a customer."""

from pathlib import Path

from db.migrations.script import run

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(Path(__file__).with_name("0002_tables.sql"))
    run(Path(__file__).with_name("0002_writes.sql"))
    run(Path(__file__).with_name("0002_lists.sql"))
