"""“You said, we did” of a challenge: it writes itself, a manager adds words, and publishes it."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience
from ideahub.core.bidi import isolate
from ideahub.core.events import Event, Kind
from ideahub.ideas.models import Idea
from ideahub.you_said.models import OutcomeSummary, SummaryOmission, SummaryVersion
from ideahub.you_said.sentences import Section, Sentence, SentenceKind, read
from ideahub.you_said.wording import WORDS, words_of
from ideahub.you_said.wording.told import Told
from tests.conftest import Browse
from tests.support.cast import Cast
from tests.you_said.summaries import a_story


async def prepared(browse: Browse, cast: Cast, campaign_id: int) -> str:
    mia = await browse(cast.mia)
    answer = await mia.post(f"/management/{campaign_id}/you-said", {})
    assert answer.status_code == 303
    return answer.headers["location"]


async def published(browse: Browse, cast: Cast, db: AsyncSession, place: str) -> str:
    mia = await browse(cast.mia)
    saved = await db.scalar(select(OutcomeSummary.saved))
    answer = await mia.post(f"{place}/publication", {"seen": str(saved)})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_every_kind_of_sentence_has_words() -> None:
    assert set(WORDS) == set(SentenceKind) - {SentenceKind.COUNTED, SentenceKind.TOTAL}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["no", "cost"], "was declined because of what it costs."),
        (["not_now", "cost"], "is not done now because of what it costs."),
        (["not_now", "already_done"], "was declined because it is done already."),
        (["not_now"], "is not done now."),
        (["no"], "was declined."),
    ],
)
def test_not_now_is_not_told_as_no(words: list[str], said: str) -> None:
    kind, section = SentenceKind.ANSWERED_NO, Section.NOT_DONE
    sentence = Sentence(section=section, kind=kind, path="/ideas/1", words=words)
    assert words_of(Told(sentence, "UTC", idea="A bench")).endswith(f"</a>” {said}")


async def test_it_writes_itself_and_everyone_can_read_it_once_it_is_published(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    told = await a_story(db, cast)
    place = await prepared(browse, cast, told.campaign.id)
    at = f"{told.campaign.url}/you-said"
    guest = await browse(None)
    assert (await guest.get(at)).status_code == 404
    assert at not in (await guest.get(told.campaign.url)).text
    preview = (await (await browse(cast.mia)).get(f"{place}/preview")).text
    assert await published(browse, cast, db, place) == at
    page = (await guest.get(at)).text
    for said in (
        "4 ideas were posted.",
        "Those were fewer than 5 people.",
        "Ideas were supported 28 times.",
        "Those were 7 people.",
        "What was taken up",
        "It wakes when: <bdi>The bridge is rebuilt.</bdi>",
        "nobody has decided on it yet",
    ):
        assert said in page and said in preview, said
    assert f'href="/ideas/{told.stopped.id}#idea-{told.stopped.id}-lessons"' in page
    assert "Ada Lind" not in page
    assert at in (await guest.get(told.campaign.url)).text
    assert at in (await guest.get(f"{told.campaign.url}/feed.atom")).text
    kinds = (await db.scalars(select(Event.kind).order_by(Event.id.desc()).limit(2))).all()
    assert kinds == [Kind.SUMMARY_PUBLISHED, Kind.SUMMARY_PREPARED]


async def test_each_sentence_has_a_source_that_opens_for_everyone(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    told = await a_story(db, cast)
    place = await prepared(browse, cast, told.campaign.id)
    at, guest = await published(browse, cast, db, place), await browse(None)
    sentences = re.findall(r"<li>(.*?)</li>", (await guest.get(at)).text, re.DOTALL)
    ours = [one for one in sentences if 'dir="auto"' in one]
    stored = read((await db.scalars(select(SummaryVersion.sentences))).one())
    told_in_words = [one for one in stored if one.section is not Section.COUNTED]
    assert len(ours) == len(told_in_words) > 8
    for sentence in ours:
        links = re.findall(r'href="([^"#]*)(?:#([^"]+))?"', sentence)
        assert links, sentence
        for path, anchor in links:
            page = await guest.get(path.replace("&amp;", "&") or at)
            assert page.status_code == 200, path
            assert not anchor or f'id="{anchor}"' in page.text, anchor


async def test_a_draft_is_unknown_to_all_others(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    told = await a_story(db, cast)
    place = await prepared(browse, cast, told.campaign.id)
    for person in (cast.ada, cast.cem, cast.sam, cast.zed):
        browser = await browse(person)
        assert (await browser.get(place)).status_code == 404
        assert (await browser.get(f"{place}/preview")).status_code == 404
        assert (await browser.post(f"{place}/publication", {"seen": "0"})).status_code == 404
    assert await db.scalar(select(SummaryVersion.id)) is None


async def test_preparing_and_publishing_twice_is_once(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    told = await a_story(db, cast)
    places = {await prepared(browse, cast, told.campaign.id) for _press in range(2)}
    assert len(places) == 1
    (place,) = places
    for _press in range(2):
        await published(browse, cast, db, place)
    assert len((await db.scalars(select(SummaryVersion))).all()) == 1


async def test_words_and_order_are_the_managers_and_figures_are_not(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    told = await a_story(db, cast)
    place = await prepared(browse, cast, told.campaign.id)
    mia = await browse(cast.mia)
    words = {"introduction": "Thank **you**.", "words_done": "We began.", "seen": "0"}
    order = "done asked part said not_done next open"
    moved = await mia.post(place, {**words, "order": order, "do": "up-asked"})
    assert moved.status_code == 200 and 'value="asked done part' in moved.text
    assert "Thank **you**." in moved.text
    sent = {**words, "order": order, "do": ""}
    for _press in range(2):
        assert (await mia.post(place, sent)).status_code == 303
    page = (await (await browse(None)).get(await published(browse, cast, db, place))).text
    assert "Thank <strong>you</strong>." in page and "We began." in page
    assert page.index("What was taken up") < page.index("What was asked")


async def test_what_is_too_long_is_refused_and_kept(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    told = await a_story(db, cast)
    place = await prepared(browse, cast, told.campaign.id)
    mia, order = await browse(cast.mia), "asked part said done not_done next open"
    sent = {"words_open": "Soon.", "seen": "0", "order": order}
    long = "ש" * 20_000
    refused = await mia.post(place, {**sent, "introduction": long, "words_done": long})
    assert refused.status_code == 422 and refused.text.count(f"{long}</textarea>") == 2
    assert "Soon.</textarea>" in refused.text
    assert await db.scalar(select(OutcomeSummary.saved)) == 0
    kept = {**sent, "introduction": long[:3_000], "words_done": "שלום <b>"}
    assert (await mia.post(place, kept)).status_code == 303
    await db.execute(update(Idea).where(Idea.id == told.open.id).values(title="ספסל ליד בית הספר"))
    page = (await (await browse(None)).get(await published(browse, cast, db, place))).text
    assert long[:3_000] in page and "שלום &lt;b&gt;" in page
    # What runs the other way is isolated, so that it turns no sentence of ours around.
    title = isolate("ספסל ליד בית הספר", "ltr")
    assert f'“<a href="/ideas/{told.open.id}" dir="auto">{title}</a>”' in page


async def test_the_later_of_two_editors_is_told_and_loses_nothing(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    told = await a_story(db, cast)
    place = await prepared(browse, cast, told.campaign.id)
    mia, ann = await browse(cast.mia), await browse(cast.ann)
    order = "asked part said done not_done next open"
    first = {"introduction": "From Mia.", "seen": "0", "order": order}
    assert (await mia.post(place, first)).status_code == 303
    refused = await ann.post(place, {**first, "introduction": "From Ann.", "words_next": "Soon."})
    assert refused.status_code == 409
    assert "Somebody else changed this page" in refused.text
    assert "From Ann." in refused.text and "From Mia." in refused.text and "Soon." in refused.text
    again = {**first, "introduction": "From both.", "seen": "1"}
    assert (await ann.post(place, again)).status_code == 303
    # What Mia looked at before that is not what would be published.
    stale = await mia.post(f"{place}/publication", {"seen": "1"})
    assert stale.status_code == 409 and "Look at it again" in stale.text


async def test_a_sentence_is_left_out_with_a_reason_that_is_kept(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    told = await a_story(db, cast)
    place = await prepared(browse, cast, told.campaign.id)
    mia, key = await browse(cast.mia), f"stopped-{told.stopped.id}"
    refused = await mia.post(f"{place}/omissions", {"sentence": key, "reason": ""})
    assert refused.status_code == 422 and "Say why" in refused.text
    left_out = {"sentence": key, "reason": "It is told in the words above."}
    for _press in range(2):
        assert (await mia.post(f"{place}/omissions", left_out)).status_code == 303
    at = await published(browse, cast, db, place)
    guest = await browse(None)
    assert "A helmet for all” was stopped" not in (await guest.get(at)).text
    assert left_out["reason"] not in (await guest.get(at)).text
    omitted = (await db.scalars(select(SummaryOmission))).one()
    assert (omitted.omitted_by, omitted.reason) == (cast.mia.id, left_out["reason"])
    # Counting again leaves it out, too; put back, it is in the next version.
    assert (await mia.post(f"{place}/figures", {})).status_code == 303
    assert left_out["reason"] in (await mia.get(place)).text
    back = f"{place}/omissions/{omitted.id}/withdrawal"
    assert (await mia.post(back, {})).status_code == 303
    await published(browse, cast, db, place)
    assert "was stopped" in (await guest.get(at)).text
    earlier = (await guest.get(f"{at}/versions/1")).text
    assert "was stopped" not in earlier and "This is an earlier version" in earlier


@pytest.mark.parametrize("kind", ["undecided", "nonsense"])
async def test_what_is_open_cannot_be_left_out(
    db: AsyncSession, cast: Cast, browse: Browse, kind: str
) -> None:
    told = await a_story(db, cast)
    place = await prepared(browse, cast, told.campaign.id)
    sent = {"sentence": f"{kind}-{told.open.id}", "reason": "It looks bad."}
    refused = await (await browse(cast.mia)).post(f"{place}/omissions", sent)
    assert refused.status_code == 422 and "It looks bad." in refused.text
    assert await db.scalar(select(SummaryOmission.id)) is None


async def test_nothing_is_told_of_what_was_hidden_after_the_publication(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    told = await a_story(db, cast)
    place = await prepared(browse, cast, told.campaign.id)
    at, guest = await published(browse, cast, db, place), await browse(None)
    assert "Lamps at the bridge" in (await guest.get(at)).text
    hidden = update(Idea).where(Idea.id == told.parked.id)
    await db.execute(hidden.values(hidden_at=datetime.now(UTC)))
    await db.commit()
    page = (await guest.get(at)).text
    assert "Lamps at the bridge" not in page and "The bridge is rebuilt." not in page
    assert f"/ideas/{told.parked.id}" not in page


async def test_of_an_internal_challenge_only_staff_can_read_it(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    told = await a_story(db, cast, Audience.INTERNAL)
    place = await prepared(browse, cast, told.campaign.id)
    at = await published(browse, cast, db, place)
    for person, status in ((cast.ada, 200), (cast.cem, 404), (cast.zed, 404), (None, 404)):
        assert (await (await browse(person)).get(at)).status_code == status


async def test_before_the_close_it_says_so(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    told = await a_story(db, cast, closed=False)
    place = await prepared(browse, cast, told.campaign.id)
    assert "It is not over yet" in (await (await browse(cast.mia)).get(place)).text
    at = await published(browse, cast, db, place)
    assert "the figures are not the last" in (await (await browse(None)).get(at)).text
