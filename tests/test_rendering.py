"""Long texts are rendered a few at a time, and never on the loop that everybody waits for."""

import asyncio
import threading
import time

import pytest

from ideahub.core.text import rendering
from ideahub.core.text.cleaning import MAX_TEXT, TooLong
from ideahub.core.text.rendering import (
    AT_ONCE,
    SHORT,
    excerpt,
    markdown_excerpt,
    markdown_html,
    markdown_letter,
    render_markdown,
)

LONG = "Some *words*, again. " * 200


class Watch:
    """Renders like the real one, and knows where and how many at once."""

    def __init__(self) -> None:
        self.threads: list[threading.Thread] = []
        self.most = self.now = 0

    def __call__(self, source: str) -> str:
        self.threads.append(threading.current_thread())
        self.now += 1
        self.most = max(self.most, self.now)
        time.sleep(0.02)
        self.now -= 1
        return render_markdown(source)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Stands in for the renderer."""
    watch = Watch()
    monkeypatch.setattr(rendering, "render_markdown", watch)
    return watch


async def test_long_texts_leave_the_loop_alone(watch: Watch) -> None:
    assert await markdown_html(LONG) == render_markdown(LONG)
    assert watch.threads[0] is not threading.current_thread()


async def test_short_texts_are_not_worth_a_thread(watch: Watch) -> None:
    assert await markdown_html("a" * (SHORT - 1)) == f"<p>{'a' * (SHORT - 1)}</p>"
    assert watch.threads == [threading.current_thread()]


async def test_a_few_at_once_and_the_loop_goes_on(watch: Watch) -> None:
    texts = asyncio.gather(*(markdown_html(LONG) for _ in range(8)))
    turns = 0
    while not texts.done():
        await asyncio.sleep(0.001)
        turns += 1
    assert len(await texts) == 8
    assert watch.most == AT_ONCE
    assert turns > 10


async def test_excerpts_and_texts_that_are_too_long() -> None:
    assert await markdown_excerpt(LONG, 60) == excerpt(LONG, 60)
    with pytest.raises(TooLong):
        await markdown_html("a" * (MAX_TEXT + 1))


LETTER = """\
Bring **your map**: we walk.

- at five: [Lime Street](https://example.org/map)
- at six: the bridge

1. first
2. then
"""


async def test_a_letter_keeps_paragraphs_and_lists() -> None:
    said = "Bring your map: we walk.\n\n• at five: Lime Street\n• at six: the bridge"
    assert await markdown_letter(LETTER, 1_000) == f"{said}\n\n1. first\n2. then"
    assert await markdown_letter(LETTER, 20) == "Bring your map: we…"
    assert await markdown_letter("> " * 200 + "deep", 1_000)
