"""Fills in what was entered in the demo's judged challenges, by the rules of entering."""

from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.accepting_rules import accept_rules, current_rules
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.terms_models import Prize
from ideahub.campaigns.writing_rules import WrittenRules, publish_rules, rules_state
from ideahub.core.text.rendering import markdown_html
from ideahub.core.viewer import Viewer
from ideahub.demo.shapes_judged import DemoEntry, DemoField, DemoJudged
from ideahub.demo.shapes_open import DemoOpen
from ideahub.entries.answering import read_answer
from ideahub.entries.designing_form import FieldPlan, design_form
from ideahub.entries.entering import Written, begin_entry, save_entry, submit_entry
from ideahub.entries.form_versions import FormView
from ideahub.entries.models import Entry, EntryMember

SITE = "http://127.0.0.1:8000"


async def add_rules_and_prizes(
    db: AsyncSession, manager: Viewer, campaign: Campaign, planned: DemoJudged | DemoOpen
) -> None:
    """Publishes the rules and adds the prizes."""
    written = WrittenRules(planned.rules, await markdown_html(planned.rules))
    seen = (await rules_state(db, campaign.id)).fingerprint
    await publish_rules(db, manager, campaign, written, seen=seen)
    db.add_all(
        Prize(
            campaign_id=campaign.id,
            position=position,
            rank=prize.rank,
            title=prize.title,
            amount=prize.amount,
            currency="EUR",
        )
        for position, prize in enumerate(planned.prizes, 1)
    )
    await db.flush()


async def make_form(
    db: AsyncSession, manager: Viewer, campaign: Campaign, phase_id: int, asked: Sequence[DemoField]
) -> FormView:
    """The form of a phase, with these questions in their order."""
    plans = [
        FieldPlan(
            "",
            one.kind,
            one.label,
            one.help,
            required=one.required,
            shown_blind=one.shown_blind,
            shown_public=one.shown_public,
            options=list(one.options),
        )
        for one in asked
    ]
    return await design_form(db, manager, campaign, phase_id, plans)


async def enter(
    db: AsyncSession,
    people: Sequence[Viewer],
    campaign: Campaign,
    form: FormView,
    planned: DemoEntry,
    asked: Sequence[DemoField],
) -> int:
    """Enters in the name of these people, the captain first; returns the entry's number."""
    captain = people[0]
    rules = await current_rules(db, campaign.id)
    for viewer in people if rules else ():
        await accept_rules(db, viewer, campaign.id, rules.number if rules else 0)
    entry_id = await begin_entry(db, captain, campaign.id, form.phase_id)
    others = [{"entry_id": entry_id, "person_id": one.person_id} for one in people[1:]]
    if others:
        await db.execute(insert(EntryMember), others)
    seen = (await db.execute(select(Entry.saved).where(Entry.id == entry_id))).scalar_one()
    written = Written(planned.title, planned.team_name, _answers(form, planned, asked))
    await save_entry(db, captain, entry_id, form, written, seen)
    await submit_entry(db, captain, entry_id, site=SITE)
    return entry_id


def _answers(form: FormView, planned: DemoEntry, asked: Sequence[DemoField]) -> dict[str, object]:
    typed = planned.answers | {"publish": "yes"}
    return {
        stored.key: read_answer(stored, typed[one.key])
        for stored, one in zip(form.fields, asked, strict=True)
        if typed.get(one.key)
    }
