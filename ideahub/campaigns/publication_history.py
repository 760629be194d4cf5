"""The record of how a campaign became public: requests, answers, plans, publication, archives; each
in a sentence."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    DateTime,
    Select,
    String,
    bindparam,
    cast,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.publication_models import (
    CampaignReview,
    PlannedPublication,
    PlanOutcome,
    PublicationRecord,
)
from ideahub.core.dates import moment_words
from ideahub.core.db import constant, rows_of
from ideahub.core.i18n import N_, _
from ideahub.organisations.models import Person


class RecordLine(NamedTuple):
    """One line of the record: when, what in a sentence, and the reason as it was written."""

    at: datetime
    sentence: str
    reason: str


# What was done → the sentence for where a person did it, and for where the clock did.
SENTENCES = {
    "asked": N_("%(name)s asked for a review."),
    "approved": N_("%(name)s approved it."),
    "approved alone": N_("%(name)s approved their own request, as the only admin."),
    "edits asked": N_("%(name)s asked for edits."),
    "edits asked alone": N_("%(name)s asked for edits to their own request, as the only admin."),
    "planned": N_("%(name)s planned its publication for %(moment)s."),
    "moved": N_("%(name)s moved its publication from %(moment)s."),
    "cancelled": N_("%(name)s cancelled the publication planned for %(moment)s."),
    "published": N_("%(name)s published it."),
    "unpublished": N_("%(name)s made a draft of it again."),
    "archived": N_("%(name)s archived it."),
    "unarchived": N_("%(name)s took it out of the archive."),
}
BY_THE_CLOCK = {
    "published": N_("It was published as planned."),
    "prevented": N_("It was not published at %(moment)s as planned."),
    "cancelled": N_("The publication planned for %(moment)s was cancelled."),
}
_no_moment = cast(null(), DateTime(timezone=True))
_nothing = literal_column("''", String)
_of = bindparam("campaign_id", type_=BigInteger)
_alone = literal_column("case when by_only_admin then ' alone' else '' end", String)


def _lines(*columns: object) -> Select[*tuple[object, ...]]:
    return select(*columns)  # type: ignore[call-overload, no-any-return]


_all = union_all(
    _lines(
        CampaignReview.created_at.label("at"),
        literal_column("'asked'", String).label("what"),
        CampaignReview.asked_by.label("person_id"),
        _nothing.label("reason"),
        _no_moment.label("planned"),
        _nothing.label("zone"),
        literal_column("1").label("rank"),
        CampaignReview.id.label("number"),
    ).where(CampaignReview.campaign_id == _of),
    _lines(
        CampaignReview.decided_at,
        CampaignReview.decision.concat(_alone),
        CampaignReview.decided_by,
        CampaignReview.reason,
        _no_moment,
        _nothing,
        literal_column("2"),
        CampaignReview.id,
    ).where(CampaignReview.campaign_id == _of, CampaignReview.decided_at.is_not(None)),
    _lines(
        PlannedPublication.created_at,
        literal_column("'planned'", String),
        PlannedPublication.planned_by,
        _nothing,
        PlannedPublication.at,
        PlannedPublication.timezone,
        literal_column("4"),
        PlannedPublication.id,
    ).where(PlannedPublication.campaign_id == _of),
    # That it was published stands in the record itself.
    _lines(
        PlannedPublication.ended_at,
        PlannedPublication.outcome,
        PlannedPublication.ended_by,
        PlannedPublication.reason,
        PlannedPublication.at,
        PlannedPublication.timezone,
        literal_column("3"),
        PlannedPublication.id,
    ).where(
        PlannedPublication.campaign_id == _of,
        PlannedPublication.outcome != constant(PlanOutcome.PUBLISHED),
    ),
    _lines(
        PublicationRecord.created_at,
        PublicationRecord.step,
        PublicationRecord.done_by,
        PublicationRecord.reason,
        _no_moment,
        _nothing,
        literal_column("5"),
        PublicationRecord.id,
    ).where(PublicationRecord.campaign_id == _of),
).subquery("lines")
LINES = (
    select(_all.c.at, _all.c.what, Person.name, _all.c.reason, _all.c.planned, _all.c.zone)
    .outerjoin(Person, Person.id == _all.c.person_id)
    .order_by(_all.c.at.desc(), _all.c.rank.desc(), _all.c.number.desc())
)


async def publication_history(db: AsyncSession, campaign_id: int) -> list[RecordLine]:
    """The record of a campaign, the latest first, for its managers."""
    rows = await rows_of(db, LINES, {"campaign_id": campaign_id})
    return [
        RecordLine(at, _sentence(what, name, planned, zone), reason)
        for at, what, name, reason, planned, zone in rows
    ]


def _sentence(what: str, name: str | None, planned: datetime | None, zone: str) -> str:
    message = SENTENCES[what] if name and what in SENTENCES else BY_THE_CLOCK[what]
    when = moment_words(planned, zone) if planned else ""
    return _(message, name=name or "", moment=when)
