"""Operators require, clear and confirm identities, and change what rides follow."""

from pathlib import Path

from db.migrations.script import run

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(Path(__file__).with_suffix(".sql"))
