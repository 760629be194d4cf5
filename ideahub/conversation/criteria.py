"""The criteria of gates that count contributions, adopted builds and answered concerns."""

from sqlalchemy import and_, exists, or_

from ideahub.campaigns.models import Accepts
from ideahub.conversation.models import Contribution, ContributionKind
from ideahub.conversation.rows import ANSWERED, Answer
from ideahub.core.criteria import Criterion, CriterionWords, count_of, out_of
from ideahub.core.events import Kind
from ideahub.core.i18n import N_, _, ngettext
from ideahub.ideas.models import CoAuthor, Idea

COMING_AND_GOING = (
    Kind.CONTRIBUTION_MADE,
    Kind.CONTRIBUTION_WITHDRAWN,
    Kind.TEXT_HIDDEN,
    Kind.TEXT_SHOWN,
)
HERE = Contribution.idea_id == Idea.id
BY_OTHERS = Contribution.author_id != Idea.author_id
FIRST_LEVEL = Contribution.parent_id.is_(None)
IS_CONCERN = and_(
    HERE, Contribution.kind == ContributionKind.CONCERN, FIRST_LEVEL, Contribution.is_listed
)
BY_AN_AUTHOR = or_(
    Answer.author_id == Idea.author_id,
    exists()
    .where(CoAuthor.idea_id == Idea.id, CoAuthor.person_id == Answer.author_id)
    .correlate_except(CoAuthor),
)
IS_ANSWERED = exists().where(ANSWERED, BY_AN_AUTHOR).correlate_except(Answer)


def _concerns(reached: int, wanted: int) -> str:
    return out_of(reached, wanted) if wanted else _("No concerns so far")


CONTRIBUTIONS = Criterion(
    measure="contributions",
    query=count_of(Contribution, HERE, FIRST_LEVEL, BY_OTHERS, Contribution.is_listed),
    words=CriterionWords(
        name=N_("Others have added to it"),
        hint=N_("A build, a question, evidence, a concern or an offer."),
        lacking=lambda n: ngettext("%(num)s more contribution", "%(num)s more contributions", n),
    ),
    events=COMING_AND_GOING,
    during=(Accepts.CONTRIBUTIONS,),
)
ADOPTED_BUILDS = Criterion(
    measure="adopted_builds",
    query=count_of(
        Contribution,
        HERE,
        Contribution.adopted_at.is_not(None),
        Contribution.hidden_at.is_(None),
        BY_OTHERS,
    ),
    words=CriterionWords(
        name=N_("Builds taken up"),
        hint=N_("An author adopts someone's “yes, and…” into the text."),
        lacking=lambda n: ngettext(
            "%(num)s build adopted into the text", "%(num)s builds adopted into the text", n
        ),
    ),
    events=(Kind.CONTRIBUTION_ADOPTED,),
    during=(Accepts.IDEAS, Accepts.CONTRIBUTIONS),
)
CONCERNS_ANSWERED = Criterion(
    measure="concerns_answered",
    query=count_of(Contribution, IS_CONCERN, IS_ANSWERED),
    words=CriterionWords(
        name=N_("Concerns answered"),
        hint=N_("An author replies to each concern."),
        lacking=lambda n: ngettext(
            "an answer to %(num)s concern", "an answer to %(num)s concerns", n
        ),
        figure=_concerns,
    ),
    # By an adoption the contributor becomes an author, so their replies count as answers.
    events=(*COMING_AND_GOING, Kind.CONTRIBUTION_ADOPTED),
    during=(Accepts.CONTRIBUTIONS,),
    # All concerns.
    wanted=count_of(Contribution, IS_CONCERN),
)
CRITERIA = (CONTRIBUTIONS, ADOPTED_BUILDS, CONCERNS_ANSWERED)
