"""How Markdown will look, while it is being written."""

import pytest

from ideahub.core.refusals import TooMany
from ideahub.core.text import cleaning as text
from ideahub.core.text.cleaning import MAX_TEXT
from ideahub.http import previewing
from ideahub.http.previewing import PerMinute
from tests.conftest import Browse
from tests.support.cast import Cast


async def test_what_is_typed_is_shown_as_it_will_look(cast: Cast, browse: Browse) -> None:
    ben = await browse(cast.ben)
    answer = await ben.post("/preview", {"body": "**Bold** & <b>plain</b>"}, htmx=True)
    assert answer.status_code == 200
    assert "<strong>Bold</strong> &amp; &lt;b&gt;plain&lt;/b&gt;" in answer.text
    assert 'class="prose" dir="auto" hx-ignore' in answer.text
    other = await ben.post("/preview?field=why", {"body": "no", "why": "*yes*"}, htmx=True)
    assert "<em>yes</em>" in other.text


async def test_nothing_and_too_much_are_said(cast: Cast, browse: Browse) -> None:
    ben = await browse(cast.ben)
    assert "nothing to show" in (await ben.post("/preview", {}, htmx=True)).text
    long = await ben.post("/preview", {"body": "a" * (MAX_TEXT + 1)}, htmx=True)
    assert "20,001 characters; at most 20,000 fit" in long.text


async def test_strangers_are_asked_to_sign_in(cast: Cast, browse: Browse) -> None:
    stranger = await browse(None)
    assert (await stranger.post("/preview", {"body": "x"}, htmx=True)).status_code == 401


async def test_far_too_much_is_not_even_looked_at(
    cast: Cast, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(_text: str) -> str:
        raise AssertionError("This was cleaned.")

    ben = await browse(cast.ben)
    monkeypatch.setattr(text, "clean_text", never)
    long = await ben.post("/preview", {"body": "a b" * 200_000}, htmx=True)
    assert "600,000 characters; at most 20,000 fit" in long.text


async def test_nobody_previews_all_the_time(
    cast: Cast, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previewing, "_previews", PerMinute(2))
    ben, cem = await browse(cast.ben), await browse(cast.cem)
    answers = [await ben.post("/preview", {"body": "x"}, htmx=True) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert "Try again in a minute." in answers[2].text
    assert (await cem.post("/preview", {"body": "x"}, htmx=True)).status_code == 200


def test_the_next_minute_is_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 600.0
    monkeypatch.setattr(previewing, "monotonic", lambda: now)
    counted = PerMinute(1)
    counted.count(7)
    with pytest.raises(TooMany):
        counted.count(7)
    now = 660.0
    counted.count(7)
