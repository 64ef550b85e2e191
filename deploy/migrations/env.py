"""Runs migrations over the connection that `workers.migrate` passes in."""

from alembic import context

from activities.adapters.postgres.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=metadata, include_schemas=True, version_table_schema="office"
)
with context.begin_transaction():
    context.run_migrations()
