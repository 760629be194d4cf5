"""Alembic's entry. migrating.py hands over the connection; there is no other way in."""

from alembic import context

from ideahub.tables import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
