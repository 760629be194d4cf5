"""The criteria of gates that count an idea's support and check its text."""

from sqlalchemy import Integer, cast

from ideahub.campaigns.models import Accepts
from ideahub.core.criteria import Criterion, CriterionWords, count_of, yes_or_no
from ideahub.core.db import constant
from ideahub.core.events import Kind
from ideahub.core.i18n import N_, _, ngettext
from ideahub.ideas.models import Idea, IdeaSupport

VOTES = (Kind.VOTE_CAST, Kind.VOTE_WITHDRAWN)

SUPPORTERS = Criterion(
    measure="supporters",
    query=Idea.votes_count,
    words=CriterionWords(
        name=N_("Support"),
        hint=N_("Tell people who have the same problem."),
        lacking=lambda n: ngettext("%(num)s more supporter", "%(num)s more supporters", n),
    ),
    events=VOTES,
    during=(Accepts.VOTES,),
)
ORGANISATIONS = Criterion(
    measure="organisations",
    # All citizens together count as one organisation, so that many citizens are not breadth.
    query=count_of(IdeaSupport, IdeaSupport.idea_id == Idea.id, IdeaSupport.votes > constant(0)),
    words=CriterionWords(
        name=N_("Support across organisations"),
        hint=N_("Supporters from different bodies; citizens count as one."),
        lacking=lambda n: ngettext(
            "support from %(num)s more organisation", "support from %(num)s more organisations", n
        ),
    ),
    events=VOTES,
    during=(Accepts.VOTES,),
)
FRAMED = Criterion(
    measure="framed",
    query=cast(Idea.why != "", Integer),
    words=CriterionWords(
        name=N_("The problem is framed"),
        hint=N_("The author says why it matters."),
        lacking=lambda _n: _("a word on why it matters"),
        figure=yes_or_no,
    ),
    # Adopting a build changes the text, too.
    events=(Kind.IDEA_REVISED, Kind.CONTRIBUTION_ADOPTED),
    during=(Accepts.IDEAS, Accepts.CONTRIBUTIONS),
)
CRITERIA = (SUPPORTERS, ORGANISATIONS, FRAMED)
