"""Fills in the demo's challenge that takes entries now: a draft with an invitation that waits, what
was submitted, changed since, and made for somebody who has to confirm it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.accepting_rules import accept_rules, current_rules
from ideahub.campaigns.models import Accepts, Campaign, Phase
from ideahub.campaigns.terms_models import EligibilityQuestion, RulesVersion
from ideahub.core.outbox import OutgoingMail
from ideahub.core.viewer import Viewer
from ideahub.demo.dating_judged import ENTERED, move_back, move_events_back
from ideahub.demo.entering import SITE, add_rules_and_prizes, make_form
from ideahub.demo.filling_judged import FindResident
from ideahub.demo.shapes_open import DemoOpen, DemoOpenEntry, Typed
from ideahub.demo.telling import DemoContext
from ideahub.entries.answering import read_answer
from ideahub.entries.eligibility import conditions_of, with_conditions
from ideahub.entries.entering import Written, begin_entry, save_entry, submit_entry
from ideahub.entries.form_versions import FormView
from ideahub.entries.inviting import invite
from ideahub.entries.models import Entry, EntryMember
from ideahub.entries.on_behalf import ask_to_confirm, begin_for


@dataclass(frozen=True)
class _Opened:
    """The challenge, and its form with the question of who may enter."""

    db: AsyncSession
    campaign: Campaign
    planned: DemoOpen
    form: FormView

    def answers(self, typed: Typed) -> dict[str, Any]:
        """What was typed as it is stored; the question of who may enter is answered with yes."""
        asked = self.form.fields[-len(self.planned.form) :]
        conditions = self.form.fields[: -len(self.planned.form)]
        return {one.key: True for one in conditions} | {
            stored.key: read_answer(stored, typed[one.key])
            for stored, one in zip(asked, self.planned.form, strict=True)
            if one.key in typed
        }


async def fill_open(
    db: AsyncSession,
    context: DemoContext,
    campaign: Campaign,
    planned: DemoOpen,
    resident: FindResident,
) -> None:
    """Does everything that is on record for a challenge whose phase takes entries; its real phases
    come at the end."""
    manager = context.viewers[planned.campaign.manager]
    opened = await _open(db, manager, campaign, planned)
    for place, entry in enumerate(planned.entries):
        if entry.for_address:
            await _enter_for_somebody(opened, manager, entry)
            continue
        others = [await resident(place * 5 + 3 + more) for more in range(entry.others)]
        number = await _enter(opened, [context.viewers[entry.captain], *others], entry)
        if entry.invited:
            address = context.people[entry.invited].email or ""
            await invite(db, context.viewers[entry.captain], number, address, site=SITE)
    await _date(db, campaign, planned)
    # They tell of deeds of days ago, and lead to nowhere else than here.
    await db.execute(delete(OutgoingMail))


async def _open(
    db: AsyncSession, manager: Viewer, campaign: Campaign, planned: DemoOpen
) -> _Opened:
    phase = (await db.scalars(select(Phase).where(Phase.campaign_id == campaign.id))).one()
    phase.accepts = [Accepts.ENTRIES]
    await add_rules_and_prizes(db, manager, campaign, planned)
    condition = {"position": 1, "text": planned.condition}
    db.add(EligibilityQuestion(campaign_id=campaign.id, **condition))
    await db.flush()
    form = await make_form(db, manager, campaign, phase.id, planned.form)
    conditions = await conditions_of(db, campaign.id)
    return _Opened(db, campaign, planned, with_conditions(form, conditions))


async def _enter(opened: _Opened, people: list[Viewer], entry: DemoOpenEntry) -> int:
    """Enters in the name of these people, the captain first; returns the entry's number."""
    db, captain = opened.db, people[0]
    rules = await current_rules(db, opened.campaign.id)
    assert rules is not None
    for viewer in people:
        await accept_rules(db, viewer, opened.campaign.id, rules.number)
    number = await begin_entry(db, captain, opened.campaign.id, opened.form.phase_id)
    others = [{"entry_id": number, "person_id": one.person_id} for one in people[1:]]
    if others:
        await db.execute(insert(EntryMember), others)
    await _write(opened, captain, number, entry, entry.answers)
    if entry.is_submitted:
        await submit_entry(db, captain, number, site=SITE)
    if entry.later:
        await _write(opened, captain, number, entry, entry.answers | entry.later)
    return number


async def _enter_for_somebody(opened: _Opened, manager: Viewer, entry: DemoOpenEntry) -> None:
    db, phase_id = opened.db, opened.form.phase_id
    number = await begin_for(db, manager, opened.campaign, phase_id, entry.for_address)
    await _write(opened, manager, number, entry, entry.answers)
    await submit_entry(db, manager, number, site=SITE)
    await ask_to_confirm(db, manager, number, site=SITE)


async def _write(
    opened: _Opened, viewer: Viewer, number: int, entry: DemoOpenEntry, typed: Typed
) -> None:
    saved = select(Entry.saved).where(Entry.id == number)
    seen = (await opened.db.execute(saved)).scalar_one()
    written = Written(entry.title, entry.team_name, opened.answers(typed))
    await save_entry(opened.db, viewer, number, opened.form, written, seen)


async def _date(db: AsyncSession, campaign: Campaign, planned: DemoOpen) -> None:
    await move_back(db, campaign.id, ENTERED, planned.entered_ago)
    await move_events_back(db, campaign.id, planned.entered_ago)
    since = datetime.now(UTC) + planned.campaign.phases[0].opens
    await db.execute(update(Campaign).where(Campaign.id == campaign.id).values(published_at=since))
    rules = RulesVersion.campaign_id == campaign.id
    await db.execute(update(RulesVersion).where(rules).values(published_at=since))
