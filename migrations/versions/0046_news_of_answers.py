"""Indexes for the news of leaders' answers, and of pledges that were kept in part"""

from typing import Any

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
    # Built beside those before, which serve until then: while one is built writers wait, while one
    # is dropped readers do as well. Dropped in a transaction of its own: one that built holds a
    # lock that others wait for, who may hold what it needs to drop.
    with op.get_context().autocommit_block():
        _build("ix_event_news_new", ["created_at", "id"], news)
        _build("ix_event_told_idea_id_new", ["idea_id", "created_at"], told)
        _build(
            "ix_event_told_campaign_id_new",
            ["campaign_id", "created_at"],
            told,
            postgresql_include=["kind", "idea_id"],
        )
    for name in ("ix_event_news", "ix_event_told_idea_id", "ix_event_told_campaign_id"):
        op.drop_index(name, "event")
        op.execute(f"alter index {name}_new rename to {name}")


def _build(name: str, columns: list[str], kinds: str, **more: Any) -> None:
    # One may be there from a try that failed later.
    op.drop_index(name, "event", if_exists=True)
    op.create_index(name, "event", columns, postgresql_where=sa.text(kinds), **more)
