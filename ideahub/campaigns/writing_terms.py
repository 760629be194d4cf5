"""Rules for writing a campaign's prizes, questions to whoever enters, and partners."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.archiving import must_not_be_archived
from ideahub.campaigns.changing import ValueChange, note_changes
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.ordered_rows import PlannedRow, put_in_order
from ideahub.campaigns.prize_checks import prize_problems
from ideahub.campaigns.terms import Terms, terms_of
from ideahub.campaigns.terms_models import (
    CampaignPartner,
    EligibilityQuestion,
    Prize,
    PrizeMilestone,
)
from ideahub.core.fingerprints import fingerprint
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict, Invalid
from ideahub.core.viewer import Viewer
from ideahub.core.web_addresses import is_https
from ideahub.organisations.models import Organisation


class TermList(StrEnum):
    """A list that managers write; the value is what CampaignChange calls it."""

    # Not "prize", which is a column of Campaign.
    PRIZES = "prizes"
    ELIGIBILITY = "eligibility"
    PARTNERS = "partners"


# What is wrong with a row, by its field; empty where nothing is.
Check = Callable[[PlannedRow], Mapping[str, str]]
Put = Callable[[AsyncSession, Campaign, Sequence[PlannedRow]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Kind:
    stored: Callable[[Terms], Sequence[Any]]
    check: Check
    put: Put
    most: int


def problems_of(which: TermList, planned: PlannedRow) -> Mapping[str, str]:
    """A sentence for each field of the row that has to be mended."""
    return KINDS[which].check(planned)


def terms_fingerprint(terms: Terms, which: TermList) -> str:
    """The fingerprint of what a form of this list was opened on."""
    return fingerprint(_snapshots(terms, which).values())


async def write_terms(
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    which: TermList,
    planned: Sequence[PlannedRow],
    *,
    seen: str,
) -> None:
    """Makes these rows the only ones of a list of a campaign whose row is locked.

    Of a published campaign each change is listed for everyone. Raises Invalid where a row cannot be
    used, and Conflict where somebody else has changed the list since the form was opened, whose
    fingerprint is `seen`.
    """
    kind = KINDS[which]
    if len(planned) > kind.most:
        raise Invalid(_("At most %(most)s, please.", most=kind.most))
    for row in planned:
        if problems := kind.check(row):
            raise Invalid(errors=problems)
    must_not_be_archived(campaign)
    before = await terms_of(db, campaign.id)
    async with db.begin_nested():
        await _put_or_say_what_is_in_use(db, kind, campaign, planned)
        after = await terms_of(db, campaign.id)
        old, new = _snapshots(before, which), _snapshots(after, which)
        if list(old.items()) == list(new.items()):
            return
        if seen != terms_fingerprint(before, which):
            raise Conflict(
                _(
                    "Somebody else changed this list after you opened it. Nothing is saved yet. "
                    "If you save again, your form replaces what stands there now."
                )
            )
    if campaign.published_at:
        await note_changes(db, viewer, campaign, [which.value], _changes(old, new, which))


async def _put_or_say_what_is_in_use(
    db: AsyncSession, kind: _Kind, campaign: Campaign, planned: Sequence[PlannedRow]
) -> None:
    try:
        await kind.put(db, campaign, planned)
    except IntegrityError as fault:
        if "foreign key" not in str(fault.orig):
            raise
        raise Conflict(
            _(
                "What you removed is in use: a prize that was awarded, for example. Keep it, and "
                "change what it says."
            )
        ) from None


def _snapshots(terms: Terms, which: TermList) -> dict[int, dict[str, Any]]:
    rows = KINDS[which].stored(terms)
    return {row.id: msgspec.to_builtins(row) for row in rows}


def _changes(
    before: Mapping[int, Any], after: Mapping[int, Any], which: TermList
) -> list[ValueChange]:
    """The rows that were removed, changed and added, in this order."""
    numbers = dict.fromkeys((*before, *after))
    pairs = [ValueChange(which, before.get(number), after.get(number)) for number in numbers]
    changed = [pair for pair in pairs if pair.old != pair.new]
    return sorted(changed, key=lambda pair: pair.new is not None)


async def _put_prizes(db: AsyncSession, campaign: Campaign, planned: Sequence[PlannedRow]) -> None:
    rows = await put_in_order(db, Prize, {"campaign_id": campaign.id}, planned)
    for row, plan in zip(rows, planned, strict=True):
        await put_in_order(db, PrizeMilestone, {"prize_id": row.id}, plan.within)


async def _put_questions(
    db: AsyncSession, campaign: Campaign, planned: Sequence[PlannedRow]
) -> None:
    await put_in_order(db, EligibilityQuestion, {"campaign_id": campaign.id}, planned)


async def _put_partners(
    db: AsyncSession, campaign: Campaign, planned: Sequence[PlannedRow]
) -> None:
    for row in planned:
        number = row.values["organisation_id"]
        if number is not None and await db.get(Organisation, number) is None:
            raise Invalid(_("Choose an organisation from the list."), field="organisation_id")
    await put_in_order(db, CampaignPartner, {"campaign_id": campaign.id}, planned)


def _question_problems(planned: PlannedRow) -> Mapping[str, str]:
    return {} if planned.values["text"] else {"text": _("Write the question.")}


def _partner_problems(planned: PlannedRow) -> Mapping[str, str]:
    found = {}
    if planned.values["organisation_id"] is None and not planned.values["name"]:
        found["name"] = _("Choose an organisation, or write the name of the partner.")
    url = planned.values["url"]
    if url and not is_https(url):
        found["url"] = _("Enter an address that begins with https://.")
    return found


KINDS = {
    TermList.PRIZES: _Kind(lambda terms: terms.prizes, prize_problems, _put_prizes, 30),
    TermList.ELIGIBILITY: _Kind(
        lambda terms: terms.questions, _question_problems, _put_questions, 20
    ),
    TermList.PARTNERS: _Kind(lambda terms: terms.partners, _partner_problems, _put_partners, 30),
}
