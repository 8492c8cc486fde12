"""The data model behind the customer page, with its roles and row policies."""

from pathlib import Path

from db.migrations.script import run

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(Path(__file__).with_name("0001_tables.sql"))
    run(Path(__file__).with_name("0001_rights.sql"))
