"""Nobody decides about, or answers, what is their own under another name."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.config import Config
from ideahub.core.drafts import Draft
from ideahub.core.events import Event, Kind
from ideahub.core.refusals import Forbidden
from ideahub.core.site_keys import IN_SESSION, SiteKeys
from ideahub.core.telling import TELLS, Message, MessageKind, Words
from ideahub.core.viewer import Role
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import find_idea
from ideahub.moderation.appealing import appeal, decide_appeal
from ideahub.moderation.deciding import Choice, decide, undo
from ideahub.moderation.models import Measure, ModerationAppeal
from ideahub.notifications.addressing import next_recipients
from ideahub.organisations.models import Person, RoleGrant
from ideahub.pipeline.advancing import must_review
from ideahub.responses.responding import may_answer, must_answer
from ideahub.safe_space.models import Voice
from ideahub.safe_space.speaking import as_voice
from ideahub.sponsorship.offering import must_offer
from tests.conftest import Browse
from tests.moderation.test_holding_texts import newest_case
from tests.safe_space.space import make_safe_place, newest_voice, standing_of
from tests.support.cast import Cast, add, make_person, viewer_of

SUSPEND = Choice(measure=Measure.SUSPEND, rule="other", words="Be kind.", days=3)
HIDE = Choice(measure=Measure.HIDE, rule="other", words="Be kind.")


@pytest.fixture(autouse=True)
def sealed_by(db: AsyncSession, config: Config) -> None:
    """The test's session has the keys that those of requests have."""
    db.info[IN_SESSION] = SiteKeys(config)


async def reported(db: AsyncSession, cast: Cast, browse: Browse, person: Person, own: bool) -> int:
    """The case about what this person, a facilitator or whoever hides, said under a name."""
    place = await make_safe_place(db, cast)
    browser, zed = await browse(person), await browse(cast.zed)
    number = str(place.heron)
    if own:
        chosen = await browser.post(f"/safe-space/{place.box.id}/own-name", {"name": "Otter"})
        assert chosen.status_code == 303
        number = str(await newest_voice(db))
    say = {"voice": number, "kind": "build", "body": "Something rude about you all."}
    said = await browser.post(f"/ideas/{place.idea.id}/safe-space", say)
    contribution = said.headers["location"].rpartition("-")[2]
    await zed.post(f"/reports/contribution/{contribution}", {"rule": "other"})
    return (await newest_case(db)).id


async def become(db: AsyncSession, person: Person, role: Role, cast: Cast) -> None:
    await add(db, RoleGrant(person_id=person.id, role=role, organisation_id=cast.city.id))


@pytest.mark.parametrize("own", [False, True])
async def test_somebody_else_decides_undoes_and_looks_at_the_appeal(
    db: AsyncSession, cast: Cast, browse: Browse, own: bool
) -> None:
    writer = cast.cem if own else cast.ben
    case = await reported(db, cast, browse, writer, own)
    await become(db, writer, Role.MODERATOR, cast)
    viewer, mo = await viewer_of(db, writer), await viewer_of(db, cast.mo)
    with pytest.raises(Forbidden, match="your own text"):
        await decide(db, viewer, case, HIDE)
    page = (await (await browse(writer)).get(f"/moderation/cases/{case}")).text
    assert "so somebody else decides" in page
    decision = await decide(db, mo, case, HIDE)
    with pytest.raises(Forbidden, match="your own text"):
        await undo(db, viewer, decision.id, "It was fine.")
    found = await standing_of(db, writer, await newest_voice(db))
    made = await appeal(db, as_voice(viewer, found.voice), decision, "It was fine.")
    with pytest.raises(Forbidden, match="your own appeal"):
        await decide_appeal(db, viewer, made.id, is_upheld=True, reason="It was.")


@pytest.mark.parametrize("own", [False, True])
async def test_an_appeal_for_a_chosen_name(
    db: AsyncSession, cast: Cast, browse: Browse, own: bool
) -> None:
    writer = cast.cem if own else cast.ben
    case = await reported(db, cast, browse, writer, own)
    other = await make_person(db, "Max Moor", cast.city, Role.MODERATOR)
    await become(db, writer, Role.MODERATOR, cast)
    decision = await decide(db, await viewer_of(db, cast.mo), case, SUSPEND)
    voice = await db.get_one(Voice, await newest_voice(db))
    named = f"/safe-space/names/{voice.id}"
    at = f"/safe-space/{voice.campaign_id}/own-name" if own else named
    browser, mia, zed = await browse(writer), await browse(cast.mia), await browse(cast.zed)
    assert f'action="{at}/appeals"' in (await browser.get(at)).text
    assert f'action="{named}/appeals"' not in (await mia.get(named)).text
    wrong = {"ruling": str(decision.id), "text": "It was meant well."}
    assert (await mia.post(f"{named}/appeals", wrong)).status_code == 403
    assert (await zed.post(f"{named}/appeals", wrong)).status_code == 404
    empty = await browser.post(f"{at}/appeals", wrong | {"text": ""})
    assert empty.status_code == 422
    for ruling in ("", "x", "9" * 30):
        refused = await browser.post(f"{at}/appeals", wrong | {"ruling": ruling})
        assert refused.status_code == 422
        assert "It was meant well." in refused.text
    assert (await browser.post(f"{at}/appeals", wrong | {"ruling": "999"})).status_code == 404
    for _twice in range(2):
        assert (await browser.post(f"{at}/appeals", wrong)).status_code == 303
    made = (await db.scalars(select(ModerationAppeal))).one()
    assert made.made_by != writer.id
    # Told is whoever can decide it; a statement cannot say whose a name is.
    asked = await told(db, Kind.MODERATION_APPEALED)
    assert other.id in asked
    assert cast.mo.id not in asked
    assert own or writer.id not in asked
    answer = {"upheld": "yes", "reason": "It was, indeed."}
    for person in (cast.mo, writer):
        decided = await (await browse(person)).post(f"/moderation/appeals/{made.id}", answer)
        assert decided.status_code == 403
    shown = await (await browse(other)).get(f"/moderation/appeals/{made.id}")
    assert "It was meant well." in shown.text
    assert writer.name not in shown.text or not own
    decided = await (await browse(other)).post(f"/moderation/appeals/{made.id}", answer)
    assert decided.status_code == 303
    page = (await browser.get(at)).text
    assert "It was, indeed." in page
    assert "it can neither write nor vote" not in page
    assert (writer.id in await told(db, Kind.MODERATION_APPEAL_DECIDED)) is not own


async def told(db: AsyncSession, kind: Kind) -> set[int]:
    """Who is told of the newest deed of this kind, and has an address."""
    found = select(Event).where(Event.kind == kind).order_by(Event.id.desc())
    event = (await db.scalars(found)).first()
    assert event is not None
    people = set[int]()
    for tell in TELLS[kind]:
        for message in await tell(db, event):
            people.update((await db.scalars(message.to)).all())
    return people


async def test_no_draft_of_an_appeal_leads_to_an_own_name(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    case = await reported(db, cast, browse, cast.cem, own=True)
    decision = await decide(db, await viewer_of(db, cast.mo), case, HIDE)
    number = await newest_voice(db)
    cem = await browse(cast.cem)
    campaign = (await db.get_one(Voice, number)).campaign_id
    page = (await cem.get(f"/safe-space/{campaign}/own-name")).text
    found = re.search(r'data-draft="(/drafts/safe-space-own-appeal-\d+)"', page)
    assert found
    typed = {"ruling": str(decision.id), "text": "It was meant well."}
    assert (await cem.post(found[1], typed)).status_code < 300
    kept = (await db.scalars(select(Draft))).one()
    assert kept.fields == {"text": "It was meant well."}
    assert kept.form == f"safe-space-own-appeal-{campaign}"
    assert "It was meant well." in (await cem.get(f"/safe-space/{campaign}/own-name")).text


async def test_a_leader_does_not_answer_what_they_wrote_for_somebody(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    place = await make_safe_place(db, cast)
    await become(db, cast.ben, Role.LEADER, cast)
    ben = await viewer_of(db, cast.ben)
    other = await find_idea(db, ben, place.idea.id)
    assert (await may_answer(db, ben, other)).may
    written = {"title": "A door that opens at night", "body": "For whoever has to leave quickly."}
    await (await browse(cast.ben)).post(f"/safe-space/names/{place.heron}/ideas/new", written)
    number = (await db.scalars(select(Idea.id).order_by(Idea.id.desc()))).first() or 0
    theirs = await find_idea(db, ben, number)
    assert not (await may_answer(db, ben, theirs)).may
    with pytest.raises(Forbidden, match="an idea of their own"):
        await must_answer(db, ben, theirs)
    # Nor do they decide on it, or promise something for it.
    await must_review(db, ben, other)
    await must_offer(db, ben, other)
    with pytest.raises(Forbidden, match="an idea of their own"):
        await must_review(db, ben, theirs)
    with pytest.raises(Forbidden, match="your own idea"):
        await must_offer(db, ben, theirs)


async def test_nobody_thanks_for_or_adopts_their_own(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    place = await make_safe_place(db, cast)
    ada, ben = await browse(cast.ada), await browse(cast.ben)
    await ada.post(f"/safe-space/{place.box.id}/own-name", {"name": "Otter"})
    numbers = {}
    for browser, voice in ((ada, await newest_voice(db)), (ben, place.heron)):
        say = {"voice": str(voice), "kind": "build", "body": f"Yes, and {voice}."}
        said = await browser.post(f"/ideas/{place.idea.id}/safe-space", say)
        numbers[browser] = said.headers["location"].rpartition("-")[2]
    for browser, number in numbers.items():
        refused = await browser.post(f"/contributions/{number}/thanks")
        assert refused.status_code == 409
        assert "your own words" in refused.text
    # Others thank, and the idea's author adopts what is not her own.
    assert (await ben.post(f"/contributions/{numbers[ada]}/thanks")).status_code in {200, 303}
    text = {"title": place.idea.title, "body": "With what was added.", "revision": "1"}
    refused = await ada.post(f"/contributions/{numbers[ada]}/adoption", text)
    assert refused.status_code == 409
    assert "under another name" in refused.text
    adopted = await ada.post(f"/contributions/{numbers[ben]}/adoption", text)
    assert adopted.status_code == 303, adopted.text


async def test_a_facilitator_is_not_told_of_what_they_did_for_somebody(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    place = await make_safe_place(db, cast)
    voice = await db.get_one(Voice, place.heron)
    event = Event(kind=Kind.CONTRIBUTION_MADE, actor_id=voice.person_id)
    everybody = select(Person.id).where(Person.id.in_([cast.ben.id, cast.cem.id]))
    message = Message(
        about=MessageKind.ACTIVITY, to=everybody, write=lambda _to: Words("A", "B"), path="/"
    )
    told = await next_recipients(db, event, message, after=0, most=9)
    assert [one.id for one in told] == [cast.cem.id]
