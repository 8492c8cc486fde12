"""What alembic runs: the migrations, on the connection that `db.migrate` lends it."""

from alembic import context

from db.migrate import COMPARED

context.configure(connection=context.config.attributes["connection"], **COMPARED)
with context.begin_transaction():
    context.run_migrations()
