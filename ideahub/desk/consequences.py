"""What each decision at a gate would cause, and what it costs to decide nothing, in sentences."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import BigInteger, String, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core import dates
from ideahub.core.criteria import CRITERIA
from ideahub.core.db import rows_of
from ideahub.core.i18n import _, in_a_row, ngettext
from ideahub.desk.case import Case
from ideahub.ideas.models import Stage
from ideahub.ideas.queries import IdeaView
from ideahub.ideas.stages import stage_choice
from ideahub.pipeline.decision_input import earlier_stages
from ideahub.pipeline.measuring import GateStatus
from ideahub.pipeline.models import Decision, Gate, GateCriterion
from ideahub.pipeline.moving import is_gate_of
from ideahub.sponsorship.models import PledgeState
from ideahub.sponsorship.rows import PledgeView

CAMPAIGN_ID = bindparam("campaign_id", type_=BigInteger)
ASKED_AT = (
    select(GateCriterion.measure)
    .join(Gate, Gate.id == GateCriterion.gate_id)
    .where(is_gate_of(CAMPAIGN_ID), Gate.from_stage == bindparam("stage", type_=String))
    .order_by(GateCriterion.position)
)
SOON_DAYS = 60
MOST_PLEDGES = 3


async def asked_after(db: AsyncSession, idea: IdeaView, status: GateStatus) -> list[str]:
    """The names of the criteria of the gate after the next one."""
    values = {"campaign_id": idea.campaign_id, "stage": status.next_stage or ""}
    rows = await rows_of(db, ASKED_AT, values)
    return [_(CRITERIA[row.measure].words.name) for row in rows]


def consequences(status: GateStatus, asked: Sequence[str]) -> dict[Decision, str]:
    """A sentence for each decision; `asked` is what the gate after the next one asks for."""
    here, stood = stage_choice(status.stage).name, stage_choice(status.path_stage).name
    earlier = earlier_stages(status.stage)
    back = stage_choice(earlier[0]).name if earlier else here
    return {
        Decision.ADVANCE: _advance(status, asked),
        Decision.HOLD: _(
            "It stays at %(stage)s and leaves your desk. When its authors have changed the text, "
            "it comes back to you.",
            stage=here,
        ),
        Decision.SEND_BACK: _(
            "It goes back to %(stage)s, or earlier, and has to pass that gate again.", stage=back
        ),
        Decision.PARK: _(
            "It waits for what you name. Pledges go on to their last day. Whoever decides here can "
            "wake it.",
        ),
        Decision.STOP: _(
            "It ends here, with its lesson on the wall for others. It takes no support and no "
            "pledges any more.",
        ),
        Decision.WAKE: _("It stands at %(stage)s again, and waits for its gate.", stage=stood),
    }


def _advance(status: GateStatus, asked: Sequence[str]) -> str:
    stage = stage_choice(status.next_stage or status.stage).name
    if not asked:
        return _("It goes on to %(stage)s. No gate follows.", stage=stage)
    return _(
        "It goes on to %(stage)s. The gate after that asks for: %(things)s",
        stage=stage,
        things=in_a_row(asked),
    )


def costs_of_silence(idea: IdeaView, status: GateStatus, case: Case, today: date) -> list[str]:
    """What happens while nobody decides: who waits, how long, and what runs out."""
    return [_waiting(idea, status, case), *running_out(case, today)]


def running_out(case: Case, today: date) -> list[str]:
    """What runs out by itself soon: promises, and the next phase."""
    promised = [pledge for pledge in case.pledges if pledge.state is PledgeState.ACCEPTED]
    soon = [pledge for pledge in promised if (pledge.expires_on - today).days <= SOON_DAYS]
    soon.sort(key=lambda pledge: pledge.expires_on)
    found = [_runs_out(pledge) for pledge in soon[:MOST_PLEDGES]]
    closes_at = case.weight.closes_at
    if closes_at:
        found.append(_("A phase closes on %(moment)s.", moment=dates.moment_words(closes_at)))
    return found


def _waiting(idea: IdeaView, status: GateStatus, case: Case) -> str:
    # Its author waits, too.
    people = idea.votes_count + case.weight.contributors + 1
    stage = stage_choice(Stage(status.stage)).name
    if not status.days:
        return ngettext(
            "%(num)s person waits for an answer since today.",
            "%(num)s people wait for an answer since today.",
            people,
        )
    return ngettext(
        "%(num)s person waits. It has stood at %(stage)s for %(time)s.",
        "%(num)s people wait. It has stood at %(stage)s for %(time)s.",
        people,
        stage=stage,
        time=dates.span(status.days),
    )


def _runs_out(pledge: PledgeView) -> str:
    return _(
        "A promise runs out on %(day)s (%(name)s: %(gift)s).",
        day=dates.day_words(pledge.expires_on),
        name=pledge.sponsor_name,
        gift=pledge.gift,
    )
