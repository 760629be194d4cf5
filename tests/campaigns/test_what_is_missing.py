"""What is missing, by section: some of it before publication, the rest before a phase opens."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.lacking import by_section, lacks_of
from ideahub.campaigns.models import Accepts, Campaign, CampaignKind, Phase
from ideahub.campaigns.phases import phases_now
from ideahub.campaigns.templates import TEMPLATES
from ideahub.campaigns.terms_models import EligibilityQuestion, Prize
from ideahub.campaigns.writing_rules import WrittenRules, put_draft
from ideahub.core.setting_up import Due, Lack
from ideahub.judging.models import Panel, PanelCriterion, PanelJudge
from tests.campaigns.setting_up import QUESTION, phases
from tests.campaigns.test_start_from_a_template import begin
from tests.conftest import Browse, Browser
from tests.results.test_the_rule import add_judge
from tests.support.cast import HOUR, Cast, add, make_campaign

DAY = timedelta(days=1)


async def started(db: AsyncSession, cast: Cast, mia: Browser, key: str) -> Campaign:
    """A draft from a template."""
    typed = {"question": QUESTION, "organisation_id": str(cast.city.id)}
    assert (await begin(mia, key, typed)).status_code == 303
    return (await db.scalars(select(Campaign).execution_options(populate_existing=True))).one()


def sentences(lacks: list[Lack]) -> list[str]:
    return [lack.sentence for lack in lacks]


async def contest(db: AsyncSession, cast: Cast, **columns: Any) -> Campaign:
    """A draft that takes entries, with nothing else."""
    return await make_campaign(
        db,
        cast.city,
        kind=CampaignKind.CHALLENGE,
        accepts=[Accepts.ENTRIES],
        opens=3 * DAY,
        closes=30 * DAY,
        description="What we know.",
        question=QUESTION,
        published=False,
        **columns,
    )


@pytest.mark.parametrize("key", list(TEMPLATES))
async def test_no_template_waits_for_anything_but_its_question(
    db: AsyncSession, cast: Cast, browse: Browse, key: str
) -> None:
    """The simplest call: nothing that can be done later stands in its way."""
    mia = await browse(cast.mia)
    campaign = await started(db, cast, mia, key)
    assert (await lacks_of(db, campaign)).needed == []
    page = (await mia.get(f"/management/{campaign.id}/check")).text
    assert "Everything is there" in page
    assert (await mia.post(f"/management/{campaign.id}/publication")).status_code == 303


async def test_what_can_wait_is_listed_with_its_time_and_its_place(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia = await browse(cast.mia)
    campaign = await started(db, cast, mia, "service-track")
    lacks = await lacks_of(db, campaign)
    assert sentences(lacks.later) == [
        "Invite the judges.",
        "Declare how scores become ranks: the usual rule, or another one.",
    ]
    judging = next(one for one in await phases(db) if one.name == "Judging")
    assert {lack.due for lack in lacks.later} == {
        Due("Judging", judging.opens_at, judging.timezone)
    }
    for address in (f"/management/{campaign.id}/check", f"/management/{campaign.id}"):
        page = (await mia.get(address)).text
        assert "This can be done later" in page
        assert re.search(r"Before “.*?Judging.*?” opens on ", page)
        for lack in lacks.later:
            assert f'href="{lack.address}"' in page
    for lack in lacks.later:
        where, _hash, place = lack.address.partition("#")
        answer = await mia.get(where)
        assert answer.status_code == 200
        assert not place or f'id="{place}"' in answer.text
    # Once it is done, it is gone.
    panel = (await db.scalars(select(Panel))).one()
    page = (await mia.get(f"/management/{campaign.id}/results/{panel.id}/rule")).text
    usual = {"method": "mean", "missing": "leave_out_judge", "tie_break": "criteria"}
    rule = f"/management/{campaign.id}/results/{panel.id}/rule"
    answer = await mia.post(rule, usual | {"decimals": "2", "trim_count": "0"})
    assert answer.status_code == 303, answer.text
    invite = f"/management/{campaign.id}/judging/{panel.id}/judges"
    answer = await mia.post(invite, {"addresses": "jo@judges.example"})
    assert answer.status_code == 303, answer.text
    assert (await lacks_of(db, campaign)).later == []


async def test_after_publication_it_is_still_to_do(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    mia = await browse(cast.mia)
    campaign = await started(db, cast, mia, "service-track")
    await mia.post(f"/management/{campaign.id}/publication")
    at = f"/management/{campaign.id}"
    assert "Still to do" in (await mia.get(at)).text
    scoring = select(Phase).where(Phase.accepts.contains([Accepts.SCORING]))
    phase = (await db.scalars(scoring)).one()
    now = datetime.now(UTC)
    phase.opens_at = now - HOUR
    await db.commit()
    page = (await mia.get(at)).text
    assert "has been open since" in page
    # What is over lacks nothing any more.
    await db.execute(update(Phase).values(opens_at=now - DAY, closes_at=now - HOUR))
    await db.commit()
    assert "Still to do" not in (await mia.get(at)).text
    # Nobody else learns of it.
    assert "Still to do" not in (await (await browse(cast.ada)).get(campaign.url)).text


@pytest.mark.parametrize("what", ["prize", "question"])
async def test_money_and_conditions_need_rules_before_publication(
    db: AsyncSession, cast: Cast, browse: Browse, what: str
) -> None:
    campaign = await contest(db, cast)
    of_campaign = {"campaign_id": campaign.id, "position": 1}
    if what == "prize":
        await add(db, Prize(title="First", amount=Decimal(500), currency="EUR", **of_campaign))
    else:
        await add(db, EligibilityQuestion(text="Are you of age?", blocking=True, **of_campaign))
    await db.commit()
    mia = await browse(cast.mia)
    at = f"/management/{campaign.id}"
    (lack,) = (await lacks_of(db, campaign)).needed
    assert lack.address == f"{at}/rules"
    answer = await mia.post(f"{at}/publication")
    assert answer.status_code == 422
    assert lack.sentence in answer.text and f'href="{at}/rules"' in answer.text
    assert (await mia.get(lack.address)).status_code == 200
    await put_draft(db, campaign.id, WrittenRules("Be fair.", "<p>Be fair.</p>"), cast.mia.id)
    await db.commit()
    assert (await mia.post(f"{at}/publication")).status_code == 303


async def test_a_prize_without_money_and_a_question_for_information_need_none(
    db: AsyncSession, cast: Cast
) -> None:
    campaign = await contest(db, cast)
    of_campaign = {"campaign_id": campaign.id, "position": 1}
    await add(db, Prize(title="First", non_money="A pilot", **of_campaign))
    await add(db, EligibilityQuestion(text="Are you of age?", blocking=False, **of_campaign))
    assert (await lacks_of(db, campaign)).needed == []


async def test_a_form_that_nobody_made_can_wait(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await contest(db, cast)
    await db.commit()
    lacks = await lacks_of(db, campaign)
    assert sentences(lacks.later) == ["“Ideas” asks only the usual question. Save it, or ask more."]
    mia = await browse(cast.mia)
    assert (await mia.get(lacks.later[0].address)).status_code == 200
    assert (await mia.post(f"/management/{campaign.id}/publication")).status_code == 303


async def judged(db: AsyncSession, cast: Cast, **panel: Any) -> tuple[Campaign, Phase, Phase]:
    """A draft with entries and judging, and with a panel if something is said of it."""
    campaign = await contest(db, cast)
    (entries,) = await phases(db)
    scoring = Phase(
        campaign_id=campaign.id,
        position=2,
        name="Jury",
        opens_at=datetime.now(UTC) + 60 * DAY,
        closes_at=datetime.now(UTC) + 70 * DAY,
        accepts=[Accepts.SCORING],
    )
    await add(db, scoring)
    if panel:
        await add(
            db,
            Panel(
                campaign_id=campaign.id,
                entries_phase_id=entries.id,
                phase_id=scoring.id,
                created_by=cast.mia.id,
                rule={"method": "mean"},
                **panel,
            ),
        )
    return campaign, entries, scoring


async def later(db: AsyncSession, campaign: Campaign) -> list[Lack]:
    """What can wait, but for the form."""
    return [one for one in (await lacks_of(db, campaign)).later if "/form" not in one.address]


async def test_scoring_without_a_panel(db: AsyncSession, cast: Cast) -> None:
    campaign, _entries, scoring = await judged(db, cast)
    (lack,) = await later(db, campaign)
    assert lack.sentence == "“Jury”: set up the panel that judges then."
    assert lack.due and lack.due.at == scoring.opens_at


async def test_a_panel_without_criteria_is_due_before_entries_are_taken(
    db: AsyncSession, cast: Cast
) -> None:
    campaign, entries, _scoring = await judged(db, cast, name="The jury")
    criteria, judges = await later(db, campaign)
    assert criteria.section == judges.section == "The jury"
    assert criteria.address.endswith("/criteria")
    assert criteria.due and criteria.due.at == entries.opens_at
    assert judges.sentence == "Invite the judges."


async def test_judges_who_were_removed_are_not_counted(db: AsyncSession, cast: Cast) -> None:
    campaign, _entries, _scoring = await judged(db, cast, name="The jury")
    panel = (await db.scalars(select(Panel))).one()
    await add_judge(db, panel, cast.jo.id)
    told = [lack.sentence for lack in await later(db, campaign)]
    assert "Invite the judges." not in told
    await db.execute(update(PanelJudge).values(removed_at=datetime.now(UTC)))
    told = [lack.sentence for lack in await later(db, campaign)]
    assert "Invite the judges." in told


async def test_weights_that_do_not_sum_to_100_are_in_the_way(db: AsyncSession, cast: Cast) -> None:
    campaign, _entries, _scoring = await judged(db, cast, name="The jury", judges_per_entry=2)
    panel = (await db.scalars(select(Panel))).one()
    one = PanelCriterion(panel_id=panel.id, position=1, name="Use", weight=Decimal("99.99"))
    await add(db, one)
    assert "sum to 100" in " ".join(sentences((await lacks_of(db, campaign)).needed))
    one.weight = Decimal(100)
    await db.flush()
    assert (await lacks_of(db, campaign)).needed == []


async def test_a_round_into_which_nobody_can_be_invited(db: AsyncSession, cast: Cast) -> None:
    campaign = await contest(db, cast)
    (entries,) = await phases(db)
    finals = Phase(
        campaign_id=campaign.id,
        position=2,
        name="Finals",
        opens_at=datetime.now(UTC) + 60 * DAY,
        closes_at=datetime.now(UTC) + 70 * DAY,
        accepts=[Accepts.ENTRIES],
        invited_from_id=entries.id,
    )
    await add(db, finals)
    (lack,) = await later(db, campaign)
    assert "Nobody judges “Ideas”" in lack.sentence
    assert lack.due and lack.due.phase == "Finals"


async def test_sections_come_once_in_their_order(db: AsyncSession, cast: Cast) -> None:
    campaign = await contest(db, cast)
    known = await phases_now(db, campaign.id)
    late = Due("Jury", datetime.now(UTC) - DAY, "UTC")
    found = by_section(
        [
            Lack("A", "/a", "One."),
            Lack("B", "/b", "Two.", late),
            Lack("A", "/a", "Three.", Due("Jury", None, "UTC")),
        ],
        known,
    )
    assert [(one.section, [each.text for each in one.sentences]) for one in found] == [
        ("A", ["One.", "Three."]),
        ("B", ["Two."]),
    ]
    assert [each.late for one in found for each in one.sentences] == [False, False, True]
    assert found[0].sentences[1].when == "Before “Jury” opens."
