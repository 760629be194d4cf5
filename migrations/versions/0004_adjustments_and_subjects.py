"""Adjustments of experiments, and the types of events' subjects

Every event with a subject gets the name of the subject's table. Until all have it, nobody can read
or write events, so no deed is possible (half a minute or more for a million events). Adjustments
that the old code makes while it still runs are in events only.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

# The table of the subject → the kinds of events that have such a subject.
SUBJECTS = {
    "person": ("person joined", "role granted", "role revoked"),
    "session": ("session ended",),
    "phase": ("phase opened", "phase closed"),
    "attachment": ("attachment added", "attachment removed"),
    "contribution": (
        "contribution made",
        "contribution withdrawn",
        "contribution thanked",
        "contribution adopted",
    ),
    "pledge": (
        "pledge offered",
        "pledge accepted",
        "pledge declined",
        "pledge kept",
        "pledge withdrawn",
        "pledge lapsed",
    ),
    "review": (
        "stage advanced",
        "stage held",
        "stage sent back",
        "idea stopped",
        "idea parked",
        "idea woken",
    ),
    "experiment": (
        "experiment planned",
        "experiment changed",
        "reading taken",
        "experiment concluded",
    ),
}
MOVE_ADJUSTMENTS = """
    insert into experiment_adjustment (experiment_id, author_id, why, changes, created_at)
    select event.subject_id, event.actor_id, coalesce(event.data ->> 'why', ''), (
        select coalesce(jsonb_agg(jsonb_build_object(
            'field', changed.key, 'before', changed.value -> 0, 'after', changed.value -> 1)), '[]')
        from jsonb_each(event.data -> 'changed') as changed
    ), event.created_at
    from event join experiment on experiment.id = event.subject_id
    where event.kind = 'experiment changed' and event.actor_id is not null
    order by event.id
"""


def upgrade() -> None:
    op.create_table(
        "experiment_adjustment",
        sa.Column("experiment_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("struck_reading_id", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_experiment_adjustment_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["experiment_id"],
            ["experiment.id"],
            name=op.f("fk_experiment_adjustment_experiment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experiment_adjustment")),
    )
    op.create_index(
        op.f("ix_experiment_adjustment_experiment_id"), "experiment_adjustment", ["experiment_id"]
    )
    op.execute(MOVE_ADJUSTMENTS)
    op.add_column("event", sa.Column("subject_type", sa.String(length=40), nullable=True))
    event = sa.table("event", *(sa.column(name) for name in ("kind", "subject_id", "subject_type")))
    table_of = {kind: table for table, kinds in SUBJECTS.items() for kind in kinds}
    op.execute(
        event.update()
        .where(event.c.subject_id.is_not(None))
        .values(subject_type=sa.case(table_of, value=event.c.kind))
    )


def downgrade() -> None:
    op.drop_table("experiment_adjustment")
    op.drop_column("event", "subject_type")
