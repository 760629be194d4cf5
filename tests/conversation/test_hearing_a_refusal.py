"""A text that begins like a refusal gets a gentle suggestion, once, and never a block."""

from collections.abc import Iterator

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import ContributionKind
from ideahub.conversation.refusal_phrases import languages, phrases
from ideahub.conversation.refusals_heard import REFUSAL_KINDS
from ideahub.conversation.suggesting import sounds_like_refusal
from ideahub.core.languages import in_language
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_idea
from tests.support.talking import all_said

REFUSALS = {
    "no": [
        "No.",
        "No, this is nothing for us",
        "no",
        "NO WAY, no",
        "Nope",
        "-1",
        "> quoted\n\nNo!",
    ],
    "but": ["Yes, but who pays?", "yes but", "Nice idea, but…", "But nobody lives there"],
    "tried": [
        "We already tried this in 2019",
        "This has been tried",
        "We've tried that.",
        "Been there",
    ],
    "rules": [
        "That's against the rules",
        "Against the law!",
        "Not allowed.",
        "It’s illegal",
        "GDPR!",
        "The unions won't like it",
    ],
    "means": [
        "no budget",
        "There is no money for that",
        "We don't have the staff",
        "Too expensive",
        "It would be far too complicated",
    ],
    "who": [
        "Nobody will use this",
        "The mayor will never agree",
        "Not my job",
        "Parents won't do it",
    ],
    "habit": [
        "We have always done it this way",
        "That's not how we do things",
        "If it ain't broke, don't fix it",
        "We are different",
    ],
    "time": ["Not now", "Too risky", "Maybe next year", "Let's wait for the new building"],
    "doubt": [
        "This will never work",
        "That won’t work here",
        "That's not possible",
        "Impossible",
        "It is simply not realistic",
        "I'm sorry, but this can't be done",
        "Honestly, I doubt it",
        "**This will never work**",
        "“It cannot work”",
        "You can't do that",
        "I don't think this will fly",
    ],
    "scorn": ["What a stupid idea", "Ridiculous.", "Get real", "😂 nonsense"],
}
WELCOME = [
    "Yes, and grandparents could walk along",
    "No one has asked the children yet: let us ask them",
    "No parking in front of the school, and a guard at the corner",
    "No-parking signs would help",
    "Nobody knows the side gate",
    "Nothing beats a crossing guard",
    "Notice boards at the stop",
    "Never mind the rain: umbrellas",
    "I could not agree more",
    "This will not only help children, it saves fuel",
    "It will not cost much",
    "It isn't hard: two signs",
    "On paper forms, add a line",
    "Butter bread for all",
    "People never know where to wait, so mark the places",
    "We already have the paint",
    "Stupid question perhaps: who holds the stop sign?",
    "Impossibly good",
    "> This will never work\n\nIt does: we walk every day",
    "",
    "   \n",
    "42",
    "…",
]


@pytest.mark.parametrize(("key", "text"), [(key, one) for key in REFUSALS for one in REFUSALS[key]])
def test_refusals_are_heard(key: str, text: str) -> None:
    heard = sounds_like_refusal(text, ContributionKind.BUILD)
    assert heard is not None
    assert heard.turns
    assert ContributionKind.BUILD not in heard.turns
    if key in {"no", "tried", "rules", "means", "who", "but", "scorn"} and text != "NO WAY, no":
        assert heard.key == key


@pytest.mark.parametrize("text", WELCOME)
def test_what_helps_is_left_alone(text: str) -> None:
    assert sounds_like_refusal(text, ContributionKind.BUILD) is None


def test_a_concern_with_its_mend_is_no_refusal() -> None:
    text = "This will never work without a second adult"
    assert sounds_like_refusal(text, ContributionKind.CONCERN, "A second adult each day") is None
    assert sounds_like_refusal(text, ContributionKind.CONCERN, "  ") is not None


def test_a_question_that_asks_is_no_refusal() -> None:
    assert sounds_like_refusal("Impossible? Or is it?", ContributionKind.QUESTION) is None
    assert sounds_like_refusal("Impossible.", ContributionKind.QUESTION) is not None


def test_what_was_tried_is_welcome_as_evidence() -> None:
    text = "We already tried this in 2019, and it ended after two weeks"
    assert sounds_like_refusal(text, ContributionKind.EVIDENCE) is None
    heard = sounds_like_refusal(text, ContributionKind.BUILD)
    assert heard is not None
    assert heard.turns[0] is ContributionKind.EVIDENCE


def test_only_the_beginning_is_looked_at() -> None:
    text = "Grandparents could walk along. " + "Some say this will never work. " * 800
    assert sounds_like_refusal(text, ContributionKind.BUILD) is None


def test_every_reason_has_its_advice() -> None:
    assert all(family.turns and family.title and family.text for family in REFUSAL_KINDS)


@pytest.fixture(params=languages())
def code(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each language that has phrases, as the one of the request."""
    with in_language(request.param):
        yield request.param


def said(phrase: str, pick: int) -> str:
    """The phrase as somebody says it, with the first or the last word of each choice."""
    words = (choice.split("/")[pick] for choice in phrase.rstrip("!").split())
    return " ".join(word for word in words if word != "~")


def test_every_language_has_phrases_for_every_reason(code: str) -> None:
    assert list(phrases(code).refusals) == [family.key for family in REFUSAL_KINDS]
    assert phrases(code).preambles and all(phrases(code).refusals.values())


def test_every_phrase_is_heard(code: str) -> None:
    for several in phrases(code).refusals.values():
        for phrase in several:
            for pick in (0, -1):
                assert sounds_like_refusal(f"{said(phrase, pick)}.", None), phrase


def test_every_preamble_is_passed_over(code: str) -> None:
    refusal = said(phrases(code).refusals["no"][0], 0)
    for preamble in phrases(code).preambles:
        for pick in (0, -1):
            assert sounds_like_refusal(f"{said(preamble, pick)}, {refusal}", None), preamble


def test_a_language_without_phrases_of_its_own_hears_english() -> None:
    assert phrases("xx") == phrases("en")


async def test_it_comes_back_once_and_then_goes_through(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    ben = await browse(cast.ben)
    fields = {"kind": "build", "body": "This will never work"}
    first = await ben.post(f"/ideas/{idea.id}/contributions", fields)
    assert first.status_code == 422
    assert "What would have to change for it to work?" in first.text
    assert "Post it as it is" in first.text
    assert "This will never work</textarea>" in first.text
    assert 'name="seen" value="doubt"' in first.text
    assert await all_said(db, idea.id) == []
    second = await ben.post(f"/ideas/{idea.id}/contributions", fields | {"seen": "doubt"})
    assert second.status_code == 303
    assert [one.body for one in await all_said(db, idea.id)] == ["This will never work"]


async def test_htmx_gets_the_form_with_the_suggestion(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    ben = await browse(cast.ben)
    fields = {"kind": "build", "body": "No budget."}
    answer = await ben.post(f"/ideas/{idea.id}/contributions", fields, htmx=True)
    assert answer.status_code == 422
    assert "What would the first small step cost?" in answer.text
    assert "<html" not in answer.text


async def test_it_can_be_turned_into_another_kind(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    ben = await browse(cast.ben)
    fields = {"kind": "build", "body": "Too risky", "seen": "time", "turn_into": "concern"}
    answer = await ben.post(f"/ideas/{idea.id}/contributions", fields)
    assert answer.status_code == 422
    assert 'value="concern" id="contribute-kind-concern" required checked' in answer.text
    assert "Too risky</textarea>" in answer.text
    assert "to mend" not in answer.text.split("<main")[1].split("contribute-body")[0]
    assert await all_said(db, idea.id) == []


async def test_a_concern_turned_into_another_kind_keeps_its_remedy(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    ben, url = await browse(cast.ben), f"/ideas/{idea.id}/contributions"
    fields = {"kind": "concern", "body": "Too risky", "remedy": "Two lamps.", "turn_into": "build"}
    turned = await ben.post(url, fields)
    assert "Too risky\n\nTwo lamps.</textarea>" in turned.text
    assert turned.text.count("Two lamps.") == 1
    kept = await ben.post(url, fields | {"turn_into": "concern"})
    assert "Too risky</textarea>" in kept.text
    assert "Two lamps.</textarea>" in kept.text


async def test_the_suggestion_comes_while_typing(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    ben = await browse(cast.ben)
    for kind in ("build", "", "praise"):
        fields = {"kind": kind, "body": "Yes, but it rains"}
        answer = await ben.post("/contributions/suggestion", fields, htmx=True)
        assert answer.status_code == 200
        assert "takes back the yes" in answer.text
    quiet = await ben.post("/contributions/suggestion", {"kind": "build", "body": "Yes, and"})
    assert quiet.text.strip() == ""
    long = await ben.post("/contributions/suggestion", {"kind": "build", "body": "No. " * 9_000})
    assert "ends the conversation" in long.text
