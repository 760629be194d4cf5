"""The check that `idea_words` has the words of all listed ideas, and of no others."""

from sqlalchemy import case

from ideahub.core.db import table_of
from ideahub.core.kept_counts import ONE, ZERO
from ideahub.ideas.kept_by_trigger import kept_by_trigger
from ideahub.ideas.models import Idea, IdeaWords

NAME = "words of ideas"
WORDS = table_of(IdeaWords)
WORDS_KEPT = kept_by_trigger(
    NAME,
    WORDS,
    kept=case((WORDS.c.idea_id.is_(None), ZERO), else_=ONE),
    wanted=case((Idea.is_listed, ONE), else_=ZERO),
    written_with="title",
)
