"""Rules to accept and questions of who may enter stand before a submission."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.terms_models import EligibilityQuestion, RulesVersion
from ideahub.entries.entering import submit_entry
from ideahub.entries.models import EntryMember, EntryRevision
from ideahub.entries.reading import frozen_entry
from tests.conftest import Browse
from tests.entries.entering import LONG, SITE, ask, begin, hidden, make_contest, write
from tests.support.cast import Cast, add, viewer_of


async def test_a_blocking_answer_keeps_one_from_entering(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, phase = await make_contest(db, cast.city)
    (text,) = await ask(db, cast, campaign, phase, [LONG])
    adult = await add(
        db, EligibilityQuestion(campaign_id=campaign.id, position=1, text="Are you 18?")
    )
    paid = await add(
        db,
        EligibilityQuestion(
            campaign_id=campaign.id,
            position=2,
            text="Were you paid for it?",
            required_answer=False,
            blocking=False,
        ),
    )
    at = f"/entries/{await begin(db, cast.cem, phase)}/draft"
    cem = await browse(cast.cem)
    new = (await cem.get(f"{campaign.url}/entries/new")).text
    assert "Only with yes" in new.split("Are you 18?")[1].split("</li>")[0]
    assert "Only with" not in new.split("Were you paid for it?")[1].split("</li>")[0]
    page = (await cem.get(at)).text
    assert page.index("Are you 18?") < page.index("What do you propose?")
    typed = hidden(page) | {"title": "Lanes", text: "Paint.", "do": "submit"}
    answer = await cem.post(at, typed)
    assert answer.status_code == 422
    assert answer.text.count("Answer with yes or no.") >= 2
    typed |= {"saved": hidden(answer.text)["saved"], f"e{paid.id}": "yes"}
    answer = await cem.post(at, typed | {f"e{adult.id}": "no"})
    assert answer.status_code == 422
    assert "With this answer you may not enter this challenge." in answer.text
    typed |= {"saved": hidden(answer.text)["saved"]}
    answer = await cem.post(at, typed | {f"e{adult.id}": "yes"})
    assert answer.status_code == 303, answer.text
    revision = (await db.scalars(select(EntryRevision))).one()
    assert [(one["answer"], one["required"]) for one in revision.eligibility] == [
        (True, True),
        (True, False),
    ]
    page = (await (await browse(cast.mia)).get(f"/entries/{revision.entry_id}")).text
    assert "Another answer was asked for" in page
    assert (await frozen_entry(db, revision.id, blind=True)).eligibility == []


async def test_each_member_accepts_the_rules_and_the_page_says_who_has_not(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, phase = await make_contest(db, cast.city)
    (text,) = await ask(db, cast, campaign, phase, [LONG])
    for number, material in ((1, False), (2, True)):
        rules = RulesVersion(
            campaign_id=campaign.id, number=number, text="Be fair.", html="", material=material
        )
        await add(db, rules)
    entry_id = await begin(db, cast.cem, phase)
    await write(db, cast.cem, entry_id, {text: "Paint."})
    await add(db, EntryMember(entry_id=entry_id, person_id=cast.ada.id))
    cem, ada = await browse(cast.cem), await browse(cast.ada)
    at = f"/entries/{entry_id}"
    page = (await cem.get(f"{at}/draft")).text
    answer = await cem.post(
        f"{at}/draft", hidden(page) | {"title": "Lanes", text: "Paint."} | {"do": "submit"}
    )
    assert answer.status_code == 409
    assert "These people still have to accept the rules" in answer.text
    assert "Has not accepted the rules yet" in (await ada.get(at)).text
    await ada.post(f"{campaign.url}/rules/2/acceptance", {"next": at})
    page = (await cem.get(f"{at}/draft")).text
    assert "Cem Aydin" in page.split('id="rules"')[1].split("</section>")[0]
    assert "Ada Lind" not in page.split('id="rules"')[1].split("</section>")[0]
    accepted = await cem.post(f"{campaign.url}/rules/2/acceptance", {"next": at})
    assert accepted.headers["location"] == at
    revision = await submit_entry(db, await viewer_of(db, cast.cem), entry_id, site=SITE)
    assert revision.rules_number == 2
    assert [one["name"] for one in revision.people] == ["Cem Aydin", "Ada Lind"]
    # What changes in substance is asked again, wherever the entry stands.
    changed = RulesVersion(
        campaign_id=campaign.id, number=3, text="Be fair, always.", html="", material=True
    )
    await add(db, changed)
    await db.commit()
    for path in ("/entries", at, "/my-page", campaign.url):
        page = (await ada.get(path)).text
        assert "Rules to accept" in page and "changed in substance" in page, path
    await ada.post(f"{campaign.url}/rules/3/acceptance", {"next": at})
    assert "Rules to accept" not in (await ada.get("/entries")).text
    assert "Rules to accept" in (await cem.get("/entries")).text
