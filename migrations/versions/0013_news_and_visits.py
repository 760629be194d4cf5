"""Indexes for the news of every decision and of what became of ideas; who was last on the home page"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

NEWS_BEFORE = """kind in ('idea posted', 'contribution adopted', 'pledge accepted', 'pledge kept',
    'stage advanced', 'idea stopped', 'experiment concluded')"""
NEWS = """kind in ('idea posted', 'contribution adopted', 'pledge accepted', 'pledge kept',
    'stage advanced', 'stage held', 'stage sent back', 'idea stopped', 'idea parked', 'idea woken',
    'experiment concluded')"""
TOLD = """kind in ('idea posted', 'idea revised', 'contribution made', 'contribution thanked',
    'contribution adopted', 'pledge offered', 'pledge accepted', 'pledge declined', 'pledge kept',
    'pledge withdrawn', 'pledge lapsed', 'stage advanced', 'stage held', 'stage sent back',
    'idea stopped', 'idea parked', 'idea woken', 'experiment planned', 'experiment concluded')"""


def upgrade() -> None:
    _news(NEWS)
    for place in ("idea_id", "campaign_id"):
        op.create_index(
            f"ix_event_told_{place}",
            "event",
            [place, "created_at"],
            postgresql_where=sa.text(TOLD),
        )
    op.create_table(
        "home_visit",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "seen_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_home_visit_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_home_visit")),
    )


def downgrade() -> None:
    op.drop_table("home_visit")
    op.drop_index("ix_event_told_campaign_id", "event")
    op.drop_index("ix_event_told_idea_id", "event")
    _news(NEWS_BEFORE)


def _news(kinds: str) -> None:
    op.drop_index("ix_event_news", "event")
    op.create_index("ix_event_news", "event", ["created_at", "id"], postgresql_where=sa.text(kinds))
