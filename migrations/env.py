"""Alembic runs this file; ideahub/server/migrating.py passes it the connection."""

from alembic import context

from ideahub.features import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
