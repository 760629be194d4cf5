"""Alembic's entry. migrating.py hands over the connection; there is no other way in."""

from alembic import context

from ideahub.features import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
