"""Run migrations on the connection that the desk hands over."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    transaction_per_migration=False,
    version_table="desk_alembic_version",
)
context.run_migrations()
