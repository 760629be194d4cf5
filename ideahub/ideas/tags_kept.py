"""The check that `idea_tag` has the tags of all listed ideas, and of no others."""

from sqlalchemy import case, func, select

from ideahub.core.db import table_of
from ideahub.core.kept_counts import ZERO
from ideahub.ideas.kept_by_trigger import IDEA, kept_by_trigger
from ideahub.ideas.models import Idea, IdeaTag

NAME = "tags of ideas"
TAG = table_of(IdeaTag)
_each = select(TAG.c.idea_id, func.count().label("many")).group_by(TAG.c.idea_id).subquery()
_own = func.unnest(IDEA.c.tags).column_valued("own_tag")
_tags = select(func.count(_own.distinct())).correlate(IDEA).scalar_subquery()
TAGS_KEPT = kept_by_trigger(
    NAME,
    _each,
    kept=func.coalesce(_each.c.many, ZERO),
    wanted=case((Idea.is_listed, _tags), else_=ZERO),
    written_with="tags",
)
