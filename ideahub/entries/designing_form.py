"""Makes and changes the entry form of a phase. What entries have answered is never changed: then a
change makes a new version, which is prepared beside the one in use."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.archiving import must_not_be_archived
from ideahub.campaigns.models import Accepts, Campaign
from ideahub.campaigns.phases import PhaseNow, phases_now
from ideahub.core import lengths
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.locking import one_at_a_time
from ideahub.core.refusals import Conflict, Invalid, NotFound
from ideahub.core.viewer import Viewer
from ideahub.entries.form_versions import (
    FieldView,
    FormView,
    form_by_id,
    form_in_use,
    form_versions,
)
from ideahub.entries.models import Entry, EntryField, EntryForm, EntryRevision, FieldKind

MOST_FIELDS = 40
# As many as are taken of one form that is sent.
MOST_FILE_FIELDS = 3
MOST_OPTIONS = 40
WITH_OPTIONS = frozenset({FieldKind.CHOICE, FieldKind.CHOICES})
WITH_LENGTH = {FieldKind.SHORT_TEXT: lengths.ANSWER_LINE, FieldKind.LONG_TEXT: lengths.TEXT}
KEY = re.compile(r"q[1-9]\d{0,5}")
Draft = aliased(Entry)


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """A question as a manager plans it; without a `key` it is a new one."""

    key: str
    kind: FieldKind
    label: str
    help: str = ""
    required: bool = False
    shown_blind: bool = True
    options: list[str] = field(default_factory=list)
    most: int | None = None
    least_value: Decimal | None = None
    most_value: Decimal | None = None
    shown_public: bool = False


def usual_fields() -> list[FieldPlan]:
    """What is asked where nobody has made a form."""
    label = _("What do you propose?")
    hint = _("Say what would be different, for whom, and how you would begin.")
    return [FieldPlan("", FieldKind.LONG_TEXT, label, hint, required=True)]


async def phases_for_entries(db: AsyncSession, campaign_id: int) -> list[PhaseNow]:
    """The phases that take entries, in their order, as they are now."""
    return [one for one in await phases_now(db, campaign_id) if Accepts.ENTRIES in one.accepts]


async def find_phase(db: AsyncSession, campaign_id: int, phase_id: int | None) -> PhaseNow:
    """The phase with this number, without one the first that takes entries; raises NotFound."""
    found = await phases_for_entries(db, campaign_id)
    chosen = [one for one in found if phase_id in (None, one.id)]
    if not chosen:
        raise NotFound
    return chosen[0]


async def design_form(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, phase_id: int, plans: Sequence[FieldPlan]
) -> FormView:
    """Stores the questions of the version in preparation, or of a phase's first version.

    Raises Invalid for questions that nobody could answer, and Conflict where entries answer this
    version already.
    """
    must_not_be_archived(campaign)
    must_be_answerable(plans)
    await one_at_a_time(db, _name(phase_id))
    newest = next(iter(await form_versions(db, phase_id)), None)
    if newest and newest.frozen_at:
        raise Conflict(
            _(
                "Somebody has begun an entry meanwhile, so these questions stay as they are. Make "
                "a new version to change them."
            )
        )
    form_id = newest.id if newest else await _add_version(db, viewer.person_id, phase_id, 1)
    await _store(db, form_id, await _with_keys(db, phase_id, plans))
    await record(db, Kind.ENTRY_FORM_CHANGED, viewer, on=campaign)
    return await form_by_id(db, form_id)


async def add_form(
    db: AsyncSession, person_id: int | None, phase_id: int, plans: Sequence[FieldPlan]
) -> None:
    """Makes the first version for a phase of a draft that was made just now."""
    form_id = await _add_version(db, person_id, phase_id, 1)
    await _store(db, form_id, await _with_keys(db, phase_id, plans))


async def prepare_version(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, phase_id: int
) -> FormView:
    """A copy of the version in use, to be changed until it is taken up; where there is one already,
    that one."""
    must_not_be_archived(campaign)
    await one_at_a_time(db, _name(phase_id))
    newest = next(iter(await form_versions(db, phase_id)), None)
    if newest is None:
        raise NotFound
    if newest.frozen_at is None:
        return newest
    form_id = await _add_version(db, viewer.person_id, phase_id, newest.version + 1)
    await _store(db, form_id, [plan_of(one) for one in newest.fields])
    await record(db, Kind.ENTRY_FORM_CHANGED, viewer, on=campaign)
    return await form_by_id(db, form_id)


async def discard_version(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, phase_id: int
) -> None:
    """Deletes the version in preparation; the one in use stays. Does nothing where there is none,
    or where it is the first."""
    await one_at_a_time(db, _name(phase_id))
    versions = await form_versions(db, phase_id)
    if len(versions) > 1 and versions[0].frozen_at is None:
        await db.execute(delete(EntryForm).where(EntryForm.id == versions[0].id))
        await record(db, Kind.ENTRY_FORM_CHANGED, viewer, on=campaign)


async def take_up_version(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, phase_id: int
) -> FormView:
    """From now on entrants answer the version in preparation. Drafts go over to it when they are
    opened, with their answers to the same questions; what was submitted keeps its version until it
    is submitted again.

    Raises Conflict where none is in preparation.
    """
    await one_at_a_time(db, _name(phase_id))
    versions = await form_versions(db, phase_id)
    if not versions or versions[0].frozen_at:
        raise Conflict(_("Nothing is prepared: these questions are in use already."))
    taken = versions[0]
    await _freeze(db, taken.id)
    await record(db, Kind.ENTRY_FORM_CHANGED, viewer, on=campaign, taken_up=True)
    return await form_by_id(db, taken.id)


async def freeze_form(db: AsyncSession, viewer: Viewer, phase_id: int) -> FormView:
    """The form that an entry begins with, which from now on is not changed any more."""
    form = await form_in_use(db, phase_id)
    if form and form.frozen_at:
        return form
    await one_at_a_time(db, _name(phase_id))
    form = await form_in_use(db, phase_id)
    form_id = form.id if form else await _add_version(db, viewer.person_id, phase_id, 1)
    if form is None:
        await _store(db, form_id, await _with_keys(db, phase_id, usual_fields()))
    await _freeze(db, form_id)
    return await form_by_id(db, form_id)


async def count_answering(db: AsyncSession, form: FormView) -> tuple[int, int, int]:
    """How many drafts will answer this version, which is in use; and how many entries were
    submitted with it, and with an earlier one."""
    drafts = select(func.count(Draft.id)).where(
        Draft.phase_id == form.phase_id, Draft.submitted_id.is_(None), Draft.withdrawn_at.is_(None)
    )
    of_this = EntryRevision.form_id == form.id
    counts = (
        select(
            drafts.scalar_subquery(),
            func.count().filter(of_this),
            func.count().filter(~of_this),
        )
        .select_from(Entry)
        .join(EntryRevision, EntryRevision.id == Entry.submitted_id)
        .where(Entry.phase_id == form.phase_id, Entry.withdrawn_at.is_(None))
    )
    written, sent, earlier = (await db.execute(counts)).one()
    return written, sent, earlier


def must_be_answerable(plans: Sequence[FieldPlan]) -> None:
    """Raises Invalid where the questions as a whole cannot be asked, or one of them cannot: its
    errors are named `field-0-label`, as the rows are counted."""
    errors: dict[str, str] = {}
    if not plans:
        errors["form"] = _("Ask at least one question.")
    if len(plans) > MOST_FIELDS:
        errors["form"] = _("At most %(most)s questions, please.", most=MOST_FIELDS)
    if sum(one.kind is FieldKind.FILE for one in plans) > MOST_FILE_FIELDS:
        errors["form"] = _("At most %(most)s files can be asked for.", most=MOST_FILE_FIELDS)
    for index, plan in enumerate(plans):
        errors |= {f"field-{index}-{name}": text for name, text in _faults(plan).items()}
    if errors:
        raise Invalid(errors=errors)


def _faults(plan: FieldPlan) -> dict[str, str]:
    found = _faults_for_all(plan)
    if plan.kind in WITH_OPTIONS:
        if len(plan.options) < 2:
            found["options"] = _("Write at least two options, each on a line of its own.")
        elif len(set(plan.options)) < len(plan.options):
            found["options"] = _("Two options are the same.")
        elif len(plan.options) > MOST_OPTIONS:
            found["options"] = _("At most %(most)s options, please.", most=MOST_OPTIONS)
    if plan.kind in WITH_LENGTH and plan.most and plan.most > WITH_LENGTH[plan.kind]:
        found["most"] = _("At most %(most)s characters are kept.", most=WITH_LENGTH[plan.kind])
    least, most = plan.least_value, plan.most_value
    if plan.kind is FieldKind.NUMBER and least is not None and most is not None and least > most:
        found["most_value"] = _("The largest number must not be smaller than the smallest.")
    return found


def _faults_for_all(plan: FieldPlan) -> dict[str, str]:
    found = {}
    if not plan.label:
        found["label"] = _("Write the question.")
    if plan.shown_public and not plan.shown_blind:
        found["shown_public"] = _(
            "Judges who read blind could read it with everyone else. Choose one of the two."
        )
    return found


def is_stored(plans: Sequence[FieldPlan], form: FormView) -> bool:
    """Whether a version asks just this already."""
    stored = [plan_of(one) for one in form.fields]
    return len(stored) == len(plans) and all(
        plan == replace(kept, key=plan.key and kept.key)
        for plan, kept in zip(plans, stored, strict=True)
    )


def plan_of(one: FieldView) -> FieldPlan:
    """A stored question as a plan."""
    values = {name: getattr(one, name) for name in FieldView.__struct_fields__}
    return FieldPlan(**values | {"options": list(one.options)})


async def _with_keys(
    db: AsyncSession, phase_id: int, plans: Sequence[FieldPlan]
) -> list[FieldPlan]:
    """The plans with a key for each new question that no version of this form has had."""
    versions = await form_versions(db, phase_id)
    known = {(one.key, one.kind) for form in versions for one in form.fields}
    last = max((int(key[1:]) for key, _kind in known), default=0)
    used: set[str] = set()
    keyed = []
    for plan in plans:
        key = plan.key
        # A question of another kind is another question: its answers could not be read.
        if (key, plan.kind) not in known or key in used:
            last += 1
            key = f"q{last}"
        used.add(key)
        keyed.append(
            FieldPlan(**{one.name: getattr(plan, one.name) for one in fields(plan)} | {"key": key})
        )
    return keyed


async def _add_version(db: AsyncSession, person_id: int | None, phase_id: int, version: int) -> int:
    form = EntryForm(phase_id=phase_id, version=version, created_by=person_id)
    db.add(form)
    await db.flush()
    return form.id


async def _store(db: AsyncSession, form_id: int, plans: Sequence[FieldPlan]) -> None:
    await db.execute(delete(EntryField).where(EntryField.form_id == form_id))
    rows = [
        {one.name: getattr(plan, one.name) for one in fields(plan)}
        | {"form_id": form_id, "position": position}
        for position, plan in enumerate(plans, start=1)
    ]
    if rows:
        await db.execute(insert(EntryField), rows)


async def _freeze(db: AsyncSession, form_id: int) -> None:
    frozen = update(EntryForm).where(EntryForm.id == form_id).values(frozen_at=func.now())
    await db.execute(frozen)


def _name(phase_id: int) -> str:
    return f"entry-form:{phase_id}"
