"""The spam score: what raises it, and what must not."""

import pytest

from ideahub.moderation.same_texts import fingerprint_of
from ideahub.moderation.scoring import (
    REASONS,
    THRESHOLD,
    WEIGHTS,
    Circumstances,
    score_of,
    signals_of,
)
from ideahub.moderation.word_lists import listed_in

HARMLESS = (
    "Benches in the shade, every 200 metres, so that my mother can walk to the market again.",
    "MORE TREES please. The school yard is a hot plate in June.",
    "Siehe https://city.example/plan: dort steht, wie breit der Weg wird. Er sollte breiter sein.",
    "За нашою школою немає тротуару, і діти йдуть дорогою.",
    "我们需要更多的长椅。",
    "Bus, bus, bus: it is always late.",
)
SPAM = (
    "BUY NOW http://a.example http://b.example http://c.example http://d.example",
    "Best prices http://a.example/1 http://a.example/2 http://a.example/3",
)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_people_write_is_not_held(text: str) -> None:
    assert score_of(signals_of(text, Circumstances())) < THRESHOLD


@pytest.mark.parametrize("text", SPAM)
def test_what_programs_write_is_held(text: str) -> None:
    assert score_of(signals_of(text, Circumstances())) >= THRESHOLD


FIRST = "Benches every 200 metres on the way to the market, so that my mother can walk there."
PLAN = "https://city.example/plan"


@pytest.mark.parametrize(
    ("text", "is_held"),
    [
        (f"{FIRST} The plan says how wide the pavement gets: {PLAN}", False),
        (
            "我们需要在去市场的路上每两百米设一张长椅，这样我的母亲就能再走到那里去买菜。请看 "
            + PLAN,
            False,
        ),
        (f"Good lamps: {PLAN}", True),
        (f"{FIRST} See {PLAN} and https://shop.example/lamps", True),
        (
            f"{FIRST} Best prices at {PLAN}!!! " + "CHEAP LAMPS FOR ALL, ORDER TODAY " * 9,
            True,
        ),
    ],
)
def test_a_first_text_may_lead_to_one_page(text: str, is_held: bool) -> None:
    about = Circumstances(is_new_account=True)
    assert (score_of(signals_of(text, about)) >= THRESHOLD) is is_held


def test_each_feature_has_a_weight_and_a_sentence() -> None:
    assert set(WEIGHTS) == set(REASONS)
    mixed = "Сlick here for a рrize"
    about = Circumstances(is_new_account=True, listed=["klunk"], others=4, sent_lately=9)
    text = f"{mixed} https://a.example https://b.example " + "SHOUT " * 40
    found = {signal.name: signal for signal in signals_of(text, about)}
    assert found.keys() >= {"word list", "link of a new account", "mixed alphabets", "in a hurry"}
    assert found.keys() >= {"repeats itself", "capitals", "same by others", "new account"}
    assert "Сlick" in found["mixed alphabets"].sentence


@pytest.mark.parametrize(
    ("text", "word", "has_it"),
    [
        ("You KLUNK!", "klunk", True),
        ("Scunthorpe has a fine klunkery", "klunk", False),
        ("so ein Straßenrowdy", "STRASSENROWDY", True),
        ("cheap   loans, today", "cheap loans", True),
        ("cheaper loans", "cheap loans", False),
        ("这是垃圾广告吗", "垃圾", True),
        ("Kein ISLAK KÖPEK im Park", "ıslak köpek", True),
        ("İstanbul'da", "istanbul", True),
        ("un café fermé", "CAFE", True),
        ("نص مُزعِج هنا", "مزعج", True),
        ("klunk", "", False),
    ],
)
def test_whole_words_of_any_script(text: str, word: str, has_it: bool) -> None:
    assert bool(listed_in(text, [word])) is has_it


def test_the_same_words_are_recognised() -> None:
    one = fingerprint_of("Please save the old lime trees!")
    assert one == fingerprint_of("please SAVE the old “lime trees”")
    assert one != fingerprint_of("Please save the young lime trees!")
    assert fingerprint_of("I agree") == ""
