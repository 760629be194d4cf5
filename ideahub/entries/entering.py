"""Begins, saves, submits and withdraws entries. The phase and the clock decide in the deed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Campaign
from ideahub.campaigns.phases import must_accept_in
from ideahub.core.events import Kind, Ref, record
from ideahub.core.i18n import _, in_a_row
from ideahub.core.limits import attempt_key, limit
from ideahub.core.locking import locked, one_at_a_time
from ideahub.core.refusals import Conflict, Forbidden, Invalid
from ideahub.core.viewer import Viewer
from ideahub.entries.answering import kept_answers, lacking, unusable
from ideahub.entries.by_invitation import must_be_invited
from ideahub.entries.designing_form import freeze_form
from ideahub.entries.eligibility import Condition, answered, conditions_of, unmet
from ideahub.entries.form_versions import FormView, form_by_id
from ideahub.entries.letters import send_receipt
from ideahub.entries.models import Entry, EntryMember, EntryRevision, MemberRole
from ideahub.entries.outcomes import why_it_stays
from ideahub.entries.queries import EntryView, find_own_entry, may_submit
from ideahub.entries.receipts import canonical_content, content_hash, file_marks, find_receipt
from ideahub.entries.rules_accepted import not_accepted_by, rules_number
from ideahub.entries.team import MemberView, members_of

MOST_BEGUN, PER = 30, timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Written:
    """What a team has written: a title, its name, and its answers by the keys of the fields."""

    title: str
    team_name: str
    answers: Mapping[str, Any]


async def begin_entry(db: AsyncSession, viewer: Viewer, campaign_id: int, phase_id: int) -> int:
    """Begins an entry, with the viewer as its captain, and returns its number; where they have a
    draft in this phase already, that one's.

    Raises SignInNeeded, TooMany, and Conflict where the phase takes no entries now.
    """
    person_id = viewer.person_id
    await one_at_a_time(db, f"entry-begun:{phase_id}:{person_id}")
    draft = (
        select(Entry.id)
        .join(EntryMember, EntryMember.entry_id == Entry.id)
        .where(
            Entry.phase_id == phase_id,
            Entry.submitted_id.is_(None),
            Entry.withdrawn_at.is_(None),
            EntryMember.person_id == person_id,
            EntryMember.role == MemberRole.CAPTAIN,
            EntryMember.left_at.is_(None),
        )
    )
    if (found := await db.scalar(draft.order_by(Entry.id).limit(1))) is not None:
        return int(found)
    await limit(db, attempt_key("enter", str(person_id)), MOST_BEGUN, PER)
    entry = await add_entry(db, viewer, campaign_id, phase_id)
    db.add(EntryMember(entry_id=entry.id, person_id=person_id, role=MemberRole.CAPTAIN))
    await record_on(db, Kind.ENTRY_BEGUN, viewer, entry)
    return entry.id


async def add_entry(
    db: AsyncSession, viewer: Viewer, campaign_id: int, phase_id: int, **columns: Any
) -> Entry:
    """A new, empty entry without members. Raises Conflict where the phase takes no entries now, or
    only those that were invited from an earlier one (`carried_from_id`)."""
    form = await freeze_form(db, viewer, phase_id)
    await must_accept_in(db, phase_id, Accepts.ENTRIES)
    await must_be_invited(db, phase_id, columns.get("carried_from_id"))
    entry = Entry(
        campaign_id=campaign_id,
        phase_id=phase_id,
        form_id=form.id,
        created_by=viewer.person_id,
        **columns,
    )
    db.add(entry)
    await db.flush()
    return entry


async def record_on(
    db: AsyncSession, kind: Kind, viewer: Viewer | None, entry: Entry | EntryView
) -> None:
    """Records a deed on an entry."""
    campaign, subject = Ref(Campaign, entry.campaign_id), Ref(Entry, entry.id)
    await record(db, kind, viewer, on=campaign, subject=subject)


async def save_entry(
    db: AsyncSession, viewer: Viewer, entry_id: int, form: FormView, written: Written, seen: int
) -> Entry:
    """Saves what the team is writing, as answers to this version of the form.

    `seen` is the count of savings that the writer has seen. Raises NotFound, Conflict where
    somebody else has saved something else meanwhile (with `saved` as its field), and where the
    phase takes no entries now.
    """
    entry = await find_own_entry(db, viewer, entry_id)
    row = await locked(db, Entry, entry.id)
    answers = _with_files(row, form, written.answers)
    same = (row.title, row.team_name, row.form_id) == (written.title, written.team_name, form.id)
    if same and kept_answers(form, row.answers) == kept_answers(form, answers):
        return row
    if seen != row.saved:
        raise Conflict(
            _("Somebody else in the team has saved this entry meanwhile."), field="saved"
        )
    await must_accept_in(db, row.phase_id, Accepts.ENTRIES)
    row.title, row.team_name = written.title, written.team_name
    row.form_id, row.answers = form.id, answers
    await touch(db, row)
    await record_on(db, Kind.ENTRY_CHANGED, viewer, row)
    return row


async def touch(db: AsyncSession, row: Entry) -> None:
    """Notes that the working text of a locked entry was changed just now."""
    row.saved += 1
    row.saved_at = await db.scalar(select(func.clock_timestamp()))


def _with_files(row: Entry, form: FormView, answers: Mapping[str, Any]) -> dict[str, Any]:
    # Files are kept and removed by themselves; what earlier versions asked stays, too.
    files = {one.key for one in form.files}
    asked = {one.key for one in form.fields} - files
    others = {key: value for key, value in row.answers.items() if key not in asked}
    given = {key: value for key, value in answers.items() if key in asked and value is not None}
    return others | given


async def submit_entry(
    db: AsyncSession, viewer: Viewer, entry_id: int, *, site: str
) -> EntryRevision:
    """Freezes what is saved as the entry's next revision, which counts from now on, and sends the
    receipt; where nothing has changed, returns the last revision.

    `site` is the address of this site, for mails. Raises NotFound, Forbidden for members who are
    not the captain, Invalid with the fields that lack something, and Conflict where somebody has
    not accepted the rules or the phase takes no entries at this moment.
    """
    entry = await find_own_entry(db, viewer, entry_id)
    if not may_submit(viewer, entry):
        raise Forbidden(_("Only the captain of the team submits the entry."))
    row = await locked(db, Entry, entry.id)
    form = await form_by_id(db, row.form_id)
    _must_be_complete(row, form, await conditions_of(db, row.campaign_id))
    members = await members_of(db, row.id)
    await _must_have_accepted_rules(db, row, members)
    return await freeze_revision(db, viewer, row, form, members, site=site)


async def freeze_revision(
    db: AsyncSession,
    viewer: Viewer,
    row: Entry,
    form: FormView,
    members: list[MemberView],
    *,
    site: str,
) -> EntryRevision:
    """The next revision of a locked entry, as `submit_entry` makes it."""
    revision = await _revision_of(db, viewer, row, form, members)
    last = await _last_revision(db, row)
    same = last and (last.content_hash, last.people) == (revision.content_hash, revision.people)
    if last and same and row.withdrawn_at is None:
        return last
    row.number = row.number or await _next_number(db, row.campaign_id)
    revision.number = await _count_revisions(db, row.id) + 1
    # Right before it is written: the receipt's time is the moment that decided.
    revision.submitted_at = await must_accept_in(db, row.phase_id, Accepts.ENTRIES)
    await must_be_invited(db, row.phase_id, row.carried_from_id)
    db.add(revision)
    await db.flush()
    row.submitted_id, row.withdrawn_at, row.withdrawn_by = revision.id, None, None
    await record_on(db, Kind.ENTRY_SUBMITTED, viewer, row)
    entry = await find_own_entry(db, viewer, row.id)
    receipt = await find_receipt(db, entry, revision.number)
    await send_receipt(db, entry, receipt, members, site=site)
    return revision


async def _revision_of(
    db: AsyncSession, viewer: Viewer, row: Entry, form: FormView, members: list[MemberView]
) -> EntryRevision:
    """What the entry says now, without a number and a moment."""
    answers = kept_answers(form, row.answers)
    marks = await file_marks(db, row.id, form, answers)
    eligibility = answered(await conditions_of(db, row.campaign_id), row.answers)
    content = canonical_content(form, row, answers, eligibility, marks)
    return EntryRevision(
        entry_id=row.id,
        form_id=form.id,
        title=row.title,
        team_name=row.team_name,
        answers=answers,
        eligibility=eligibility,
        people=[{"id": one.person_id, "name": one.name, "role": one.role} for one in members],
        content_hash=content_hash(content),
        submitted_by=viewer.person_id,
        rules_number=await rules_number(db, row.campaign_id),
    )


async def withdraw_entry(db: AsyncSession, viewer: Viewer, entry_id: int) -> None:
    """Takes an entry back; while the phase is open it can be submitted again. Does nothing where it
    was withdrawn before. Raises NotFound, Forbidden for members who are not the captain, and
    Conflict where a later feature says why it stays, such as for a published result."""
    entry = await find_own_entry(db, viewer, entry_id)
    if not may_submit(viewer, entry):
        raise Forbidden(_("Only the captain of the team can withdraw the entry."))
    row = await locked(db, Entry, entry.id)
    if row.withdrawn_at is not None:
        return
    if reason := await why_it_stays(db, entry.id):
        raise Conflict(reason)
    row.withdrawn_at, row.withdrawn_by = await db.scalar(select(func.now())), viewer.person_id
    await record_on(db, Kind.ENTRY_WITHDRAWN, viewer, row)


def _must_be_complete(row: Entry, form: FormView, conditions: Sequence[Condition]) -> None:
    errors = unusable(form, row.answers) | lacking(form, row.answers)
    errors |= unmet(conditions, row.answers)
    if not row.title:
        errors["title"] = _("Give your entry a title.")
    if errors:
        raise Invalid(errors=errors)


async def _must_have_accepted_rules(
    db: AsyncSession, row: Entry, members: list[MemberView]
) -> None:
    ids = [one.person_id for one in members]
    missing = set(await not_accepted_by(db, row.campaign_id, ids))
    names = [one.name for one in members if one.person_id in missing]
    if names:
        raise Conflict(
            _(
                "These people still have to accept the rules: %(names)s. They do so on the page of "
                "the entry.",
                names=in_a_row(names),
            ),
            field="rules",
        )


async def _last_revision(db: AsyncSession, row: Entry) -> EntryRevision | None:
    if row.submitted_id is None:
        return None
    return await db.get_one(EntryRevision, row.submitted_id)


async def _count_revisions(db: AsyncSession, entry_id: int) -> int:
    counted = select(func.count()).where(EntryRevision.entry_id == entry_id)
    return await db.scalar(counted) or 0


async def _next_number(db: AsyncSession, campaign_id: int) -> int:
    # Held until the transaction ends, so that a number that was not used is given to the next.
    await one_at_a_time(db, f"entry-number:{campaign_id}")
    highest = select(func.max(Entry.number)).where(Entry.campaign_id == campaign_id)
    return (await db.scalar(highest) or 0) + 1
