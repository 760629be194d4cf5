"""Rendering what people write while everybody else's requests go on."""

import asyncio
from collections.abc import Callable

from ideahub.text import excerpt, render_markdown

# A few milliseconds: less than the way to a thread and back is worth.
SHORT = 1_000
# Threads share one interpreter: more of them would only make each of them slower.
AT_ONCE = 2

_turn = asyncio.Semaphore(AT_ONCE)


async def markdown_html(source: str) -> str:
    """What `render_markdown` makes of the text; raises TooLong like it.

    Long texts wait for their turn: call this before anything is locked.
    """
    return await _rendered(render_markdown, source)


async def markdown_excerpt(source: str, length: int) -> str:
    """The same for `excerpt`."""
    return await _rendered(lambda text: excerpt(text, length), source)


async def _rendered(render: Callable[[str], str], source: str) -> str:
    if len(source) < SHORT:
        return render(source)
    async with _turn:
        return await asyncio.to_thread(render, source)
