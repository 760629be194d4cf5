"""Mail as people choose it: at once, in digests or never; what bounces; who did what"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0037"
down_revision = "0036"

MOMENT = sa.DateTime(timezone=True)
OF_NOTIFICATIONS = (
    """alter table notification
    add column if not exists about varchar(20) default 'activity' not null,
    add column if not exists thing varchar(140) default '' not null,
    add column if not exists done_by text default '' not null,
    add column if not exists did text default '' not null,
    add column if not exists although_gone boolean default false not null,
    add column if not exists awaits_mail boolean default false not null,
    add column if not exists mailed_at timestamptz,
    add column if not exists mail_id bigint""",
    "alter table notification drop constraint if exists fk_notification_mail_id",
    """alter table notification add constraint fk_notification_mail_id
    foreign key (mail_id) references outgoing_mail (id) on delete set null not valid""",
    "alter table notification validate constraint fk_notification_mail_id",
    """create index if not exists ix_notification_mail_id on notification (mail_id)
    where mail_id is not null""",
    """create index if not exists ix_notification_awaits_mail on notification (person_id, id)
    where awaits_mail""",
)
WAITS = sa.text("sent_at IS NULL AND given_up_at IS NULL")


def upgrade() -> None:
    _widen_notification()
    op.add_column("person", sa.Column("timezone", sa.String(length=64)))
    op.add_column("outgoing_mail", sa.Column("content", postgresql.JSONB()))
    op.add_column(
        "outgoing_mail",
        sa.Column(
            "headers", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
    )
    op.add_column("outgoing_mail", sa.Column("taken_at", MOMENT))
    op.add_column("outgoing_mail", sa.Column("held_until", MOMENT))
    op.create_index("ix_outgoing_mail_taken_at", "outgoing_mail", ["taken_at"])
    op.create_index("ix_outgoing_mail_to", "outgoing_mail", ["to", "id"], postgresql_where=WAITS)
    _make_tables()


def _widen_notification() -> None:
    # Each in a transaction of its own, so that no page waits while all notifications are gone
    # through. Some may be there from a try that failed later.
    with op.get_context().autocommit_block():
        for statement in OF_NOTIFICATIONS:
            op.execute(statement)


def _make_tables() -> None:
    op.create_table(
        "mail_wish",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("about", sa.String(length=20), server_default="", nullable=False),
        sa.Column("thing", sa.String(length=140), server_default="", nullable=False),
        sa.Column("rhythm", sa.String(length=10), nullable=False),
        sa.Column("made_by_mail", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_mail_wish_person_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_mail_wish"),
    )
    op.create_index("ix_mail_wish_person_id", "mail_wish", ["person_id"])
    op.create_index(
        "uq_mail_wish_standing",
        "mail_wish",
        ["person_id", "about", "thing"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "digest",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hour", sa.BigInteger(), server_default=sa.text("8"), nullable=False),
        sa.Column("weekday", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("due_at", MOMENT),
        sa.Column("last_sent_at", MOMENT),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_digest_person_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name="pk_digest"),
    )
    op.create_index(
        "ix_digest_due_at",
        "digest",
        ["due_at"],
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_table(
        "mail_refusal",
        sa.Column("address", postgresql.CITEXT(), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mail_refusal"),
    )
    op.create_index(
        "uq_mail_refusal_standing",
        "mail_refusal",
        ["address"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    for table in ("mail_refusal", "digest", "mail_wish"):
        op.drop_table(table)
    op.drop_index("ix_notification_awaits_mail", "notification")
    columns = "about thing done_by did although_gone awaits_mail mailed_at mail_id"
    for column in columns.split():
        op.drop_column("notification", column)
    op.drop_index("ix_outgoing_mail_to", "outgoing_mail")
    for column in ("content", "headers", "taken_at", "held_until"):
        op.drop_column("outgoing_mail", column)
    op.drop_column("person", "timezone")
