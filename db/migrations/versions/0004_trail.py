"""The fleet's whole trail, by whom and by what; signing in tells when a rider was last active."""

from pathlib import Path

from db.migrations.script import run

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(Path(__file__).with_suffix(".sql"))
