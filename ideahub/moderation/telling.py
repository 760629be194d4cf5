"""What people are told of moderation: authors and reporters of decisions, moderators of appeals."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.models import Campaign
from ideahub.core.dates import moment_words
from ideahub.core.events import Event, Kind
from ideahub.core.i18n import _
from ideahub.core.telling import Addressee, Message, MessageKind, Tell, Words
from ideahub.core.text.cleaning import shortened
from ideahub.core.viewer import Role
from ideahub.moderation.appealing import appeal_against, has_other_moderator, is_free
from ideahub.moderation.measures import APPEAL_WITHIN, measure_done
from ideahub.moderation.models import (
    Measure,
    ModerationAppeal,
    ModerationCase,
    ModerationDecision,
    Suspension,
    TextReport,
)
from ideahub.moderation.moderators import moderators_of
from ideahub.moderation.redacting_copies import DECIDED
from ideahub.organisations.models import Organisation, Person

LONGEST = 1_000


async def tell_of_decision(db: AsyncSession, event: Event) -> Sequence[Message]:
    """The author of what was decided, why, and how to appeal; whoever reported it, that it was
    decided."""
    decision = await db.get(ModerationDecision, event.data.get("decision", 0))
    if decision is None:
        return []
    case = await db.get_one(ModerationCase, decision.case_id)
    messages = [_to_reporters(case, decision)]
    # Who appealed is told of their appeal instead.
    appealed = decision.undoes_id and await appeal_against(db, decision.undoes_id)
    if decision.measure != Measure.NONE and not (appealed and appealed.is_upheld):
        messages.insert(0, await _to_author(db, case, decision))
    return messages


async def _to_author(
    db: AsyncSession, case: ModerationCase, decision: ModerationDecision
) -> Message:
    campaign = await db.get(Campaign, case.campaign_id) if case.campaign_id else None
    zone = campaign.timezone if campaign else "UTC"

    def write(_to: Addressee) -> Words:
        subject = _author_subject(decision.measure)
        parts = [
            _("By the rule “%(rule)s”: %(text)s", rule=decision.rule_name, text=decision.rule_text)
            if decision.rule_name
            else "",
            decision.words,
            _("Your text:\n%(text)s", text=shortened(decision.text, LONGEST))
            if decision.text
            else "",
            _how_to_appeal(decision, zone),
        ]
        return Words(subject, "\n\n".join(filter(None, parts)))

    author = select(Person.id).where(Person.id == case.author_id)
    path = f"/moderation/decisions/{decision.undoes_id or decision.id}"
    return Message(about=MessageKind.OWN, to=author, write=write, path=path, although_gone=True)


def _how_to_appeal(decision: ModerationDecision, zone: str) -> str:
    within = APPEAL_WITHIN.get(Measure(decision.measure))
    if within is None:
        return ""
    return _(
        "You can appeal once, until %(moment)s: open the page, and say why. Somebody else decides "
        "then.",
        moment=moment_words(decision.created_at + within, zone),
    )


def _author_subject(measure: Measure) -> str:
    return {
        Measure.RELEASE: _("Your text was looked at, and everyone can read it now"),
        Measure.HIDE: _("A moderator has hidden your text"),
        Measure.RETURN: _("A moderator asks you to change your text"),
        Measure.EDIT: _("A moderator has taken parts out of your text"),
        Measure.MASK: _("A moderator has masked personal data in your text"),
        Measure.WARN: _("A moderator has warned you"),
        Measure.SUSPEND: _("A moderator has suspended you for a time"),
        Measure.UNDO: _("A decision about your text was undone"),
    }.get(measure, "")


def _to_reporters(case: ModerationCase, decision: ModerationDecision) -> Message:
    def write(_to: Addressee) -> Words:
        subject = _("What you reported was decided")
        if decision.measure == Measure.NONE:
            return Words(subject, _("A moderator looked at it, and it stays as it is."))
        return Words(subject, _("The decision: %(done)s", done=measure_done(decision.measure)))

    reporters = select(TextReport.reporter_id).where(
        TextReport.case_id == case.id, TextReport.reporter_id.is_not(None)
    )
    to: Select[int] = select(Person.id).where(Person.id.in_(reporters))
    path = f"/moderation/own-reports#report-{case.id}"
    return Message(about=MessageKind.OWN, to=to, write=write, path=path, although_gone=True)


async def tell_of_end(db: AsyncSession, event: Event) -> Sequence[Message]:
    """The person whose suspension has ended."""

    def write(_to: Addressee) -> Words:
        subject = _("You can write and vote again")
        return Words(subject, _("Your suspension has ended."))

    to = select(Person.id).where(Person.id == event.subject_id)
    path = f"/moderation/decisions/{event.data.get('decision', 0)}"
    return [Message(about=MessageKind.OWN, to=to, write=write, path=path)]


async def tell_suspended(db: AsyncSession, event: Event) -> Sequence[Message]:
    """The person, with until when; and whoever reported the text."""
    messages = list(await tell_of_decision(db, event))
    until = datetime.fromisoformat(str(event.data["until"]))
    if not messages:
        return []
    place, zone = await _suspended_from(db, int(event.data["decision"]))
    first = messages[0]

    def write(to: Addressee) -> Words:
        words = first.write(to)
        when = _(
            "You can read, but not write or vote, until %(moment)s, in: %(place)s",
            moment=moment_words(until, zone),
            place=place or _("the whole site"),
        )
        return Words(words.subject, f"{when}\n\n{words.text}")

    told = Message(about=first.about, to=first.to, write=write, path=first.path)
    return [told, *messages[1:]]


async def _suspended_from(db: AsyncSession, decision_id: int) -> tuple[str, str]:
    """The name of the campaign or organisation, empty for the whole site; and the zone of where the
    text stands."""
    title = func.coalesce(func.nullif(Campaign.title, ""), Campaign.question, Organisation.name, "")
    place = aliased(Campaign, name="place")
    found = (
        select(title, func.coalesce(place.timezone, "UTC"))
        .select_from(Suspension)
        .join(ModerationDecision, ModerationDecision.id == Suspension.decision_id)
        .join(ModerationCase, ModerationCase.id == ModerationDecision.case_id)
        .outerjoin(place, place.id == ModerationCase.campaign_id)
        .outerjoin(Campaign, Campaign.id == Suspension.campaign_id)
        .outerjoin(Organisation, Organisation.id == Suspension.organisation_id)
        .where(Suspension.decision_id == decision_id)
    )
    name, zone = (await db.execute(found)).one()
    return name, zone


async def tell_of_appeal(db: AsyncSession, event: Event) -> Sequence[Message]:
    """The moderators of the place who did not decide it; where there are none, the admins above."""
    found = await _appealed(db, event)
    if found is None:
        return []
    made, decision, case = found
    here = await has_other_moderator(db, case, decision)
    to = moderators_of(case.organisation_id, Role.MODERATOR if here else Role.ADMIN)

    def write(_to: Addressee) -> Words:
        subject = _("An appeal waits for you")
        return Words(subject, shortened(made.text, LONGEST))

    excluded = select(Person.id).where(Person.id.in_(to), is_free(Person.id, case, decision))
    path = f"/moderation/appeals/{made.id}"
    return [Message(about=MessageKind.DUTY, to=excluded, write=write, path=path)]


async def tell_appellant(db: AsyncSession, event: Event) -> Sequence[Message]:
    """What was decided about their appeal, and why."""
    found = await _appealed(db, event)
    if found is None:
        return []
    made, decision, _case = found

    def write(_to: Addressee) -> Words:
        subject = (
            _("Your appeal was right: the decision is undone")
            if made.is_upheld
            else _("Your appeal was looked at: the decision stands")
        )
        return Words(subject, made.reason)

    to = select(Person.id).where(Person.id == made.made_by)
    path = f"/moderation/decisions/{decision.id}"
    return [Message(about=MessageKind.OWN, to=to, write=write, path=path, although_gone=True)]


async def _appealed(
    db: AsyncSession, event: Event
) -> tuple[ModerationAppeal, ModerationDecision, ModerationCase] | None:
    made = await db.get(ModerationAppeal, event.subject_id)
    if made is None:
        return None
    decision = await db.get_one(ModerationDecision, made.decision_id)
    return made, decision, await db.get_one(ModerationCase, decision.case_id)


TELLS: dict[Kind, Tell] = {
    **dict.fromkeys(DECIDED, tell_of_decision),
    # Of this one more is told.
    Kind.PERSON_SUSPENDED: tell_suspended,
    Kind.SUSPENSION_ENDED: tell_of_end,
    Kind.MODERATION_APPEALED: tell_of_appeal,
    Kind.MODERATION_APPEAL_DECIDED: tell_appellant,
}
