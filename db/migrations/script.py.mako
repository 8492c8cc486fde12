"""${message}."""

from pathlib import Path

from db.migrations.script import run

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    run(Path(__file__).with_suffix(".sql"))
