"""Questions, announcements, followers of challenges, and what people are told

Only new tables. Events that are there already are told to nobody.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0026"
down_revision = "0025"

SEARCHED = "search_vector(question, '{}'::text[], answer)"


def _number(name: str, table: str, **options: object) -> sa.Column[int]:
    refers = sa.ForeignKey(f"{table}.id", ondelete=options.pop("ondelete", None))  # type: ignore[arg-type]
    return sa.Column(name, sa.BigInteger, refers, **options)  # type: ignore[arg-type]


def _row() -> list[sa.Column[object]]:
    now = sa.func.now()
    return [
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=now),
    ]


def _text(name: str, **options: object) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, **options)  # type: ignore[arg-type]


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True))


def upgrade() -> None:
    _make_followers()
    _make_entries()
    _make_questions()
    _make_announcements()
    _make_notifications()


def _make_followers() -> None:
    op.create_table(
        "campaign_follow",
        _number("campaign_id", "campaign", ondelete="CASCADE", primary_key=True),
        _number("person_id", "person", primary_key=True),
        _row()[1],
    )
    op.create_index("ix_campaign_follow_person_id", "campaign_follow", ["person_id"])


def _make_entries() -> None:
    op.create_table(
        "faq_entry",
        *_row(),
        _number("campaign_id", "campaign", ondelete="CASCADE", nullable=False),
        sa.Column("category", sa.String(20), nullable=False),
        _text("question"),
        _text("answer", server_default=""),
        _text("answer_html", server_default=""),
        _moment("answered_at"),
        sa.Column("version", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("searched", TSVECTOR, sa.Computed(SEARCHED, persisted=True), nullable=False),
    )
    op.create_index("ix_faq_entry_campaign_id", "faq_entry", ["campaign_id", "category", "id"])
    op.create_index("ix_faq_entry_searched", "faq_entry", ["searched"], postgresql_using="gin")
    op.create_table(
        "faq_version",
        *_row(),
        _number("entry_id", "faq_entry", ondelete="CASCADE", nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        *(_text(name) for name in ("question", "answer", "answer_html")),
        _text("letter", server_default=""),
        _number("made_by", "person"),
    )
    op.create_index("ix_faq_version_entry_id", "faq_version", ["entry_id", "version"], unique=True)


def _make_questions() -> None:
    op.create_table(
        "asked_question",
        *_row(),
        _number("campaign_id", "campaign", ondelete="CASCADE", nullable=False),
        _number("person_id", "person", nullable=False),
        sa.Column("category", sa.String(20), nullable=False),
        _text("text"),
        _number("entry_id", "faq_entry", ondelete="SET NULL"),
        _moment("joined_at"),
        _number("joined_by", "person"),
        _moment("set_aside_at"),
        _number("set_aside_by", "person"),
        sa.Column("set_aside_why", sa.String(300), nullable=False, server_default=""),
    )
    for name, columns in (
        ("campaign_id", ["campaign_id", "id"]),
        ("entry_id", ["entry_id"]),
        ("person_id", ["person_id", "campaign_id"]),
    ):
        op.create_index(f"ix_asked_question_{name}", "asked_question", columns)
    op.create_table(
        "answer_template",
        *_row(),
        _number("organisation_id", "organisation", nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        _text("answer"),
        _text("letter", server_default=""),
        _number("made_by", "person"),
        _moment("removed_at"),
        _number("removed_by", "person"),
    )
    op.create_index("ix_answer_template_organisation_id", "answer_template", ["organisation_id"])


def _make_announcements() -> None:
    op.create_table(
        "announcement",
        *_row(),
        _number("campaign_id", "campaign", ondelete="CASCADE", nullable=False),
        sa.Column("title", sa.String(160), nullable=False),
        _text("text"),
        _text("html"),
        _number("made_by", "person"),
        _moment("taken_back_at"),
        _number("taken_back_by", "person"),
        sa.Column("taken_back_why", sa.String(300), nullable=False, server_default=""),
    )
    op.create_index("ix_announcement_campaign_id", "announcement", ["campaign_id", "id"])


def _make_notifications() -> None:
    op.create_table(
        "notification",
        *_row(),
        _number("person_id", "person", nullable=False),
        _number("event_id", "event", nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        _text("subject"),
        _text("text"),
        sa.Column("path", sa.String(300), nullable=False, server_default=""),
        _moment("read_at"),
        sa.UniqueConstraint("person_id", "event_id"),
    )
    op.create_index("ix_notification_person_id_id", "notification", ["person_id", "id"])
    progress = op.create_table(
        "telling_progress",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("xact_id", sa.BigInteger, nullable=False),
        sa.Column("event_id", sa.BigInteger, nullable=False),
        sa.Column("place", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("told_to", sa.BigInteger, nullable=False, server_default=sa.text("0")),
    )
    before = sa.text("pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1")
    op.execute(progress.insert().values(id=1, xact_id=before, event_id=2**62))


def downgrade() -> None:
    for table in (
        "telling_progress",
        "notification",
        "announcement",
        "answer_template",
        "asked_question",
        "faq_version",
        "faq_entry",
        "campaign_follow",
    ):
        op.drop_table(table)
