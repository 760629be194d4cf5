"""Searches learn which letter stands for an idea without reading the idea; and what people were
told of an event is found by the event
"""

from alembic import op

revision = "0058"
down_revision = "0055"

STATEMENTS = (
    """create index if not exists ix_idea_id_letter_of on idea (id) include (letter_of)
    where letter_of is not null""",
    "create index if not exists ix_notification_event_id on notification (event_id)",
)


def upgrade() -> None:
    # Each in a transaction of its own: all rows are gone through, and nobody who reads waits.
    with op.get_context().autocommit_block():
        for statement in STATEMENTS:
            op.execute(statement)


def downgrade() -> None:
    op.drop_index("ix_notification_event_id", "notification")
    op.drop_index("ix_idea_id_letter_of", "idea")
