"""Nobody decides about, or answers, what is their own under another name."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.config import Config
from ideahub.core.refusals import Forbidden
from ideahub.core.site_keys import IN_SESSION, SiteKeys
from ideahub.core.viewer import Role
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import find_idea
from ideahub.moderation.appealing import appeal, decide_appeal
from ideahub.moderation.deciding import Choice, decide, undo
from ideahub.moderation.models import Measure
from ideahub.organisations.models import Person, RoleGrant
from ideahub.responses.responding import may_answer, must_answer
from ideahub.safe_space.models import Voice
from ideahub.safe_space.speaking import as_voice
from tests.conftest import Browse
from tests.moderation.test_holding_texts import newest_case
from tests.safe_space.space import make_safe_place, standing_of
from tests.support.cast import Cast, add, viewer_of

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
        number = chosen.headers["location"].rpartition("/")[2]
    say = {"voice": number, "kind": "build", "body": "Something rude about you all."}
    said = await browser.post(f"/ideas/{place.idea.id}/safe-space", say)
    contribution = said.headers["location"].rpartition("-")[2]
    await zed.post(f"/reports/contribution/{contribution}", {"rule": "other"})
    return (await newest_case(db)).id


async def become(db: AsyncSession, person: Person, role: Role, cast: Cast) -> None:
    await add(db, RoleGrant(person_id=person.id, role=role, organisation_id=cast.city.id))


async def newest_voice(db: AsyncSession) -> int:
    return (await db.scalars(select(Voice.id).order_by(Voice.id.desc()))).first() or 0


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
