"""How Markdown will look, while it is being written."""

from ideahub.text import MAX_TEXT
from tests.cast import Cast
from tests.conftest import Browse


async def test_what_is_typed_is_shown_as_it_will_look(cast: Cast, browse: Browse) -> None:
    ben = await browse(cast.ben)
    answer = await ben.post("/preview", {"body": "**Bold** & <b>plain</b>"}, htmx=True)
    assert answer.status_code == 200
    assert "<strong>Bold</strong> &amp; &lt;b&gt;plain&lt;/b&gt;" in answer.text
    assert 'class="prose" hx-ignore' in answer.text
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
