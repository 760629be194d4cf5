"""Rules for deciding about a text, and for undoing a decision by another one."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.own_names import is_own
from ideahub.core.refusals import Conflict, Forbidden, Invalid, NotFound
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import Idea
from ideahub.moderation.applying import apply_measure, reverse
from ideahub.moderation.cases import find_case
from ideahub.moderation.changes import lock_change
from ideahub.moderation.conduct import Conduct, Rule, conduct_of
from ideahub.moderation.measures import APPEALABLE, BY_RULE, measures_for
from ideahub.moderation.models import Measure, ModerationCase, ModerationDecision, TextKind
from ideahub.moderation.moderators import MODERATES
from ideahub.moderation.personal_data import PersonalPart
from ideahub.moderation.suspending import MOST_DAYS, SuspendedFrom, places_for
from ideahub.moderation.texts import TextView, text_of
from ideahub.organisations.models import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a moderator decides: a measure, by which rule, and in which words. `days` is how long a
    suspension lasts, and `place` from where; `parts` are what is taken out, or masked."""

    measure: Measure
    rule: str = ""
    words: str = ""
    days: int = 0
    place: SuspendedFrom | None = None
    parts: Sequence[PersonalPart] = field(default_factory=tuple)


async def decide(
    db: AsyncSession, viewer: Viewer, case_id: int, choice: Choice, *, seen: str | None = None
) -> ModerationDecision:
    """Decides a case, which closes it, and tells those whom it concerns; returns the decision, also
    where the viewer has decided the same already. `seen` is the fingerprint of the text that the
    viewer was shown, as their form says; empty where it does not, None where there is no form.

    Raises what `find_case` raises; Forbidden for one's own text; Conflict where somebody else
    decided meanwhile, the text was changed, or `seen` is empty; Invalid for what is missing.
    """
    case = await _find_still(db, viewer, case_id)
    if await is_own(db, viewer, case.author_id):
        raise Forbidden(_("It is your own text, so somebody else decides."))
    if not case.is_open:
        return await _decided_already(db, viewer, case, choice)
    rule = await _checked(db, viewer, case, choice)
    text = await text_of(db, case.text_kind, case.text_id)
    _must_be_seen(text, seen)
    decision = ModerationDecision(
        case_id=case.id,
        measure=choice.measure,
        words=choice.words,
        text="" if choice.measure == Measure.MASK else text.whole,
        decided_by=viewer.person_id,
    )
    if rule:
        decision.rule, decision.rule_name, decision.rule_text = rule.key, rule.name, rule.text
    db.add(decision)
    case.closed_at = await db.scalar(select(func.now()))
    case.claimed_by = case.claimed_until = None
    await db.flush()
    place = choice.place or places_for(viewer, case)[0]
    await apply_measure(
        db, viewer, case, decision, days=choice.days, place=place, parts=choice.parts
    )
    return decision


def _must_be_seen(text: TextView, seen: str | None) -> None:
    if seen == "":
        raise Conflict(
            _("Your form does not say which text you saw. Look at the text here, and decide again.")
        )
    if seen is not None and seen != text.fingerprint:
        raise Conflict(_("The text was changed since you opened it: look again."))


async def undo(
    db: AsyncSession, viewer: Viewer, decision_id: int, words: str
) -> ModerationDecision:
    """Undoes a decision by another one, which has the reason; returns that one, also where it was
    undone already.

    Raises NotFound, Forbidden for one's own text, Invalid without a reason, and Conflict where
    there is nothing to undo.
    """
    decision, case = await find_decision(db, viewer, decision_id)
    if await is_own(db, viewer, case.author_id):
        raise Forbidden(_("It is your own text, so somebody else decides."))
    if not words:
        raise Invalid(_("Say why: its author reads it."), field="words")
    return await overturn(db, viewer, case, decision, words)


async def overturn(
    db: AsyncSession,
    viewer: Viewer,
    case: ModerationCase,
    decision: ModerationDecision,
    words: str,
) -> ModerationDecision:
    """The decision that undoes another one of a locked case; see `undo`."""
    if decision.measure not in APPEALABLE:
        raise Conflict(_("There is nothing to undo in this decision."))
    undone = await undoing(db, decision.id)
    if undone:
        return undone
    undone = ModerationDecision(
        case_id=case.id,
        measure=Measure.UNDO,
        rule=decision.rule,
        rule_name=decision.rule_name,
        rule_text=decision.rule_text,
        words=words,
        decided_by=viewer.person_id,
        undoes_id=decision.id,
    )
    db.add(undone)
    await db.flush()
    await reverse(db, viewer, case, decision, undone)
    return undone


async def undoing(db: AsyncSession, decision_id: int) -> ModerationDecision | None:
    """The decision by which this one was undone; None where it stands."""
    found = select(ModerationDecision).where(ModerationDecision.undoes_id == decision_id)
    return await db.scalar(found)


async def find_decision(
    db: AsyncSession, viewer: Viewer, decision_id: int
) -> tuple[ModerationDecision, ModerationCase]:
    """A decision and its case, which is locked, for moderators; raises what `find_case` raises."""
    viewer.must_sign_in()
    wanted = (
        select(ModerationDecision)
        .join(ModerationCase, ModerationCase.id == ModerationDecision.case_id)
        .where(ModerationDecision.id == decision_id, MODERATES)
    )
    decision = await db.scalar(wanted, viewer.bound)
    if decision is None:
        raise NotFound
    return decision, await find_case(db, viewer, decision.case_id, lock=True)


async def _find_still(db: AsyncSession, viewer: Viewer, case_id: int) -> ModerationCase:
    """The case, locked; an idea, or a change that waits, is locked before it, as by its author, so
    that it reads the same until it is decided. Raises what `find_case` raises."""
    case = await find_case(db, viewer, case_id)
    if case.text_kind == TextKind.CHANGE and case.is_open:
        await lock_change(db, case)
    elif case.text_kind == TextKind.IDEA and case.is_open:
        await locked(db, Idea, case.text_id)
    return await find_case(db, viewer, case_id, lock=True)


async def _checked(
    db: AsyncSession, viewer: Viewer, case: ModerationCase, choice: Choice
) -> Rule | None:
    if choice.measure not in measures_for(case):
        raise Invalid(_("Choose what to do."), field="measure")
    conduct = await conduct_of(db, case.campaign_id, case.organisation_id)
    if choice.measure == Measure.SUSPEND and not 1 <= choice.days <= MOST_DAYS:
        days = _("Say for how many days, from 1 to %(most)s.", most=MOST_DAYS)
        raise Invalid(days, field="days")
    if choice.place and choice.place not in places_for(viewer, case):
        raise Invalid(_("Only moderators of the whole site suspend from all of it."), field="place")
    if choice.measure in {Measure.MASK, Measure.EDIT} and not choice.parts:
        raise Invalid(_("Choose or copy what to take out."), field="parts")
    return _rule(conduct, choice)


def _rule(conduct: Conduct, choice: Choice) -> Rule | None:
    rule = conduct.rule(choice.rule)
    if choice.measure in BY_RULE and rule is None:
        raise Invalid(_("Choose the rule: its author is told."), field="rule")
    return rule if choice.measure in BY_RULE else None


async def _decided_already(
    db: AsyncSession, viewer: Viewer, case: ModerationCase, choice: Choice
) -> ModerationDecision:
    in_case = select(ModerationDecision).where(ModerationDecision.case_id == case.id)
    first = (await db.scalars(in_case.order_by(ModerationDecision.id))).first()
    if first and viewer.is_person(first.decided_by):
        sent = choice.measure, choice.words
        if (first.measure, first.words) == sent:
            return first
    by = first and await db.scalar(select(Person.name).where(Person.id == first.decided_by))
    raise Conflict(
        _(
            "%(name)s has decided about this meanwhile. Open it to see how; to change that, undo "
            "the decision.",
            name=by or "",
        )
    )
