"""Rules of conduct: of the site, an organisation, a campaign; each version is kept as it read."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience, CampaignKind
from ideahub.core.viewer import Role
from ideahub.moderation.conduct import Rule, conduct_of, write_conduct
from ideahub.moderation.models import ConductVersion
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_idea, make_person, viewer_of

OF_CITY = "Be kind\nSay it as you would at a counter.\n\nNo names\nName no private people."


async def test_rules_of_an_organisation_hold_below_it_unless_a_campaign_has_its_own(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    here = await make_campaign(db, cast.transport)
    elsewhere = await make_campaign(db, cast.ministry)
    ida = await browse(await make_person(db, "Ida Roy", cast.city, Role.ADMIN))
    mia, cem, stranger = await browse(cast.mia), await browse(cast.cem), await browse(None)
    at = f"/organisations/{cast.city.id}/moderation"
    assert (await mia.get(at)).status_code == 404
    assert (await ida.get("/moderation/settings")).status_code == 404
    assert at in (await ida.get(f"/organisations/{cast.city.id}/details")).text
    assert "organisation's own" in (await ida.get(at)).text
    sent = {"rules": OF_CITY, "note": "First of our own"}
    for _twice in range(2):
        assert (await ida.post(f"{at}/conduct", sent)).status_code == 303
    assert len((await db.scalars(select(ConductVersion))).all()) == 1
    assert "as you would at a counter" in (await cem.get(f"{here.url}/conduct")).text
    # Their own pages lead there.
    assert f'href="{here.url}/conduct"' in (await cem.get(here.url)).text
    asker = f"/organisations/{cast.transport.id}"
    assert f'href="/conduct{asker}"' in (await cem.get(asker)).text
    assert "These are the rules of the organisation." in (await cem.get(f"{here.url}/conduct")).text
    assert "at a counter" not in (await cem.get(f"{elsewhere.url}/conduct")).text
    public = f"/conduct/organisations/{cast.transport.id}"
    assert "at a counter" in (await stranger.get(public)).text
    assert (await stranger.get("/conduct/organisations/99999")).status_code == 404
    # A report names these rules.
    idea = await make_idea(db, here, cast.ada)
    assert "Be kind" in (await cem.get(f"/reports/idea/{idea.id}")).text
    own = await mia.post(f"/management/{here.id}/moderation/conduct", {"rules": "Short\nBe brief."})
    assert own.status_code == 303
    page = (await cem.get(f"{here.url}/conduct")).text
    assert "Be brief." in page
    assert "at a counter" not in page


async def test_each_version_can_be_read_as_it_was(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city)
    mia = await viewer_of(db, cast.mia)
    for words in ("Be kind.", "Be very kind."):
        rules = [Rule("kind", "Kindness", words)]
        await write_conduct(db, mia, rules, campaign_id=campaign.id, note=f"Now: {words}")
    now = await conduct_of(db, campaign.id, cast.city.id)
    stranger = await browse(None)
    page = (await stranger.get(f"{campaign.url}/conduct")).text
    assert "Be very kind." in page
    assert "Now: Be kind." in page
    versions = (await db.scalars(select(ConductVersion.id).order_by(ConductVersion.id))).all()
    assert versions[-1] == now.version
    first = (await stranger.get(f"/conduct/versions/{versions[0]}")).text
    assert "As the rules read from" in first
    assert "Be very kind" not in first.split("<dl")[1].split("</dl>")[0]
    assert (await stranger.get("/conduct/versions/999999")).status_code == 404


async def test_rules_of_what_is_internal_are_internal(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    internal = await make_campaign(db, cast.city, audience=Audience.INTERNAL)
    mia = await viewer_of(db, cast.mia)
    await write_conduct(db, mia, [Rule("a", "Axolotl", "Hush.")], campaign_id=internal.id)
    version = (await db.scalars(select(ConductVersion.id))).one()
    stranger, ben = await browse(None), await browse(cast.ben)
    for at in (f"{internal.url}/conduct", f"/conduct/versions/{version}"):
        assert (await stranger.get(at)).status_code == 404
        assert "Hush." in (await ben.get(at)).text


async def test_forms_lead_to_the_rules(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign = await make_campaign(db, cast.city, kind=CampaignKind.CHALLENGE)
    idea = await make_idea(db, campaign, cast.ada)
    cem = await browse(cast.cem)
    link = f'href="{campaign.url}/conduct"'
    assert link in (await cem.get(f"/ideas/{idea.id}")).text
    assert link in (await (await browse(cast.ada)).get(f"/ideas/{idea.id}/revision")).text
    assert 'href="/conduct"' in (await cem.get("/ideas/new")).text


async def test_lists_of_words_in_any_language(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign = await make_campaign(db, cast.city)
    mia, ben = await browse(cast.mia), await browse(cast.ben)
    at = f"/management/{campaign.id}/moderation"
    assert (await ben.get(at)).status_code == 403
    assert "Türkçe" in (await mia.get(at)).text
    sent = {"language": "tr", "words": "ıslak  köpek\nıslak köpek\n\n"}
    for _twice in range(2):
        assert (await mia.post(f"{at}/words", sent)).status_code == 303
    page = (await mia.get(at)).text
    assert "ıslak köpek</textarea>" in page
    assert "Words in: Türkçe" in page
    wrong = await mia.post(f"{at}/words", {"language": "xx", "words": "kept as typed"})
    assert wrong.status_code == 422
    assert "kept as typed" in wrong.text
    # For this campaign only; a text with it waits, and is not refused.
    idea = {"campaign_id": str(campaign.id), "title": "Parks", "body": "Kein ISLAK KÖPEK im Park"}
    posted = await ben.post("/ideas/new", idea)
    assert "waits" in (await ben.get(posted.headers["location"])).text
