"""Rules for reporting a text to its moderators."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Kind, record
from ideahub.core.i18n import _, ngettext
from ideahub.core.limits import attempt_key, limit
from ideahub.core.refusals import Conflict, Invalid
from ideahub.core.viewer import Viewer
from ideahub.moderation.cases import open_case
from ideahub.moderation.conduct import URGENT, Rule, conduct_of
from ideahub.moderation.models import ModerationCase, TextReport
from ideahub.moderation.texts import TextView

MOST = 20
MOST_OF_NETWORK = 10
PER = timedelta(hours=1)
# So many reports make a text urgent, whatever they say.
MANY = 3


def must_be_anothers(viewer: Viewer, text: TextView) -> None:
    """Raises Conflict where the viewer wrote the text themselves: one's own is not reported."""
    if viewer.is_person(text.author_id):
        raise Conflict(_("You wrote this yourself. To take it back, open it and withdraw it."))


async def report(
    db: AsyncSession,
    viewer: Viewer,
    text: TextView,
    rule: str,
    words: str = "",
    *,
    network: str = "",
    browser: str = "",
) -> None:
    """Reports a text, which the caller has found through the viewer. Of the same person, or of a
    stranger's browser, one report counts until the text is decided about.

    Raises Invalid for a rule that does not hold there, Conflict for one's own text, and TooMany.
    """
    must_be_anothers(viewer, text)
    conduct = await conduct_of(db, text.campaign_id, text.organisation_id)
    broken = conduct.rule(rule)
    if broken is None:
        raise Invalid(_("Choose what is wrong with it."), field="rule")
    case = await open_case(db, text)
    # What is sent twice is answered as the first time, also where that was the last of the limit.
    if await _add(db, viewer, case, broken, words, browser):
        await _must_be_few(db, viewer, network)
        await _mind_urgency(db, case, rule)
        await record(db, Kind.TEXT_REPORTED, viewer, subject=case)


async def _must_be_few(db: AsyncSession, viewer: Viewer, network: str) -> None:
    """Counts a report; raises TooMany for more than MOST of a person in PER, or than
    MOST_OF_NETWORK of all strangers of a network."""
    if viewer.signed_in:
        await limit(db, attempt_key("report", str(viewer.id)), MOST, PER)
        return
    instead = ngettext(
        "Without signing in, at most %(num)s text an hour can be reported from one network. Sign "
        "in to report more.",
        "Without signing in, at most %(num)s texts an hour can be reported from one network. Sign "
        "in to report more.",
        MOST_OF_NETWORK,
    )
    await limit(db, attempt_key("report", network), MOST_OF_NETWORK, PER, instead=instead)


async def _add(
    db: AsyncSession, viewer: Viewer, case: ModerationCase, rule: Rule, words: str, browser: str
) -> bool:
    values: dict[str, Any] = {
        "case_id": case.id,
        "rule": rule.key,
        "rule_name": rule.name,
        "words": words,
        **({"reporter_id": viewer.id} if viewer.signed_in else {"browser": browser}),
    }
    added = await db.execute(
        insert(TextReport).values(values).on_conflict_do_nothing().returning(TextReport.id)
    )
    return added.one_or_none() is not None


async def _mind_urgency(db: AsyncSession, case: ModerationCase, rule: str) -> None:
    so_many = select(TextReport.id).where(TextReport.case_id == case.id).limit(MANY)
    if rule in URGENT or len((await db.scalars(so_many)).all()) >= MANY:
        case.is_urgent = True
        await db.flush()
