"""Indexes for the news of leaders' answers, and of pledges that were kept in part"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0044"

NEWS_BEFORE = """kind in ('idea posted', 'contribution adopted', 'pledge accepted', 'pledge kept',
    'stage advanced', 'stage held', 'stage sent back', 'idea stopped', 'idea parked', 'idea woken',
    'experiment concluded')"""
NEWS = """kind in ('idea posted', 'contribution adopted', 'pledge accepted', 'pledge kept',
    'pledge part kept', 'response given', 'stage advanced', 'stage held', 'stage sent back',
    'idea stopped', 'idea parked', 'idea woken', 'experiment concluded')"""
TOLD_BEFORE = """kind in ('idea posted', 'idea revised', 'contribution made',
    'contribution thanked', 'contribution adopted', 'pledge offered', 'pledge accepted',
    'pledge declined', 'pledge kept', 'pledge withdrawn', 'pledge lapsed', 'stage advanced',
    'stage held', 'stage sent back', 'idea stopped', 'idea parked', 'idea woken',
    'experiment planned', 'experiment concluded')"""
TOLD = """kind in ('idea posted', 'idea revised', 'contribution made', 'contribution thanked',
    'contribution adopted', 'pledge offered', 'pledge accepted', 'pledge declined', 'pledge kept',
    'pledge part kept', 'pledge withdrawn', 'pledge lapsed', 'response given', 'stage advanced',
    'stage held', 'stage sent back', 'idea stopped', 'idea parked', 'idea woken',
    'experiment planned', 'experiment concluded')"""


def upgrade() -> None:
    # The release before looks for some of these kinds, so these indexes serve it as well.
    _index_again(NEWS, TOLD)


def downgrade() -> None:
    _index_again(NEWS_BEFORE, TOLD_BEFORE)


def _index_again(news: str, told: str) -> None:
    for name in ("ix_event_news", "ix_event_told_idea_id", "ix_event_told_campaign_id"):
        op.drop_index(name, "event")
    op.create_index("ix_event_news", "event", ["created_at", "id"], postgresql_where=sa.text(news))
    where = sa.text(told)
    op.create_index(
        "ix_event_told_idea_id", "event", ["idea_id", "created_at"], postgresql_where=where
    )
    op.create_index(
        "ix_event_told_campaign_id",
        "event",
        ["campaign_id", "created_at"],
        postgresql_include=["kind", "idea_id"],
        postgresql_where=where,
    )
