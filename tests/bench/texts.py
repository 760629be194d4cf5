"""Texts as people write them, put together from sentences of the demo."""

import re
from collections.abc import Sequence
from itertools import accumulate
from random import Random

from ideahub.demo import ideas_boxes, ideas_once, ideas_schools

IDEAS = (*ideas_boxes.IDEAS, *ideas_once.IDEAS, *ideas_schools.IDEAS)
# Without Markdown and what HTML escapes, so that the HTML of a text is known without rendering it:
# that takes 3 ms each.
PLAIN = re.compile(r"[\w ,;:.!?–-]{20,300}[.!?]")
STREETS = (
    "Mill Street", "Station Road", "Harbour Lane", "Linden Square", "Church Street", "Park Avenue",
    "River Walk", "Market Hill", "School Lane", "Bridge Street", "Garden Row", "Old Town",
)  # fmt: skip


def _sentences() -> list[str]:
    written = [idea.body for idea in IDEAS] + [idea.why for idea in IDEAS]
    written += [one.body for idea in IDEAS for one in idea.contributions]
    found = (one for text in written for one in re.split(r"(?<=[.!?])\s+", text))
    return sorted({one for one in found if PLAIN.fullmatch(one)})


SENTENCES = _sentences()
TITLES = sorted({idea.title for idea in IDEAS if re.fullmatch(r"[\w ,-]+", idea.title)})
TAGS = [f"topic {number}" for number in range(300)]
# Few tags are on very many ideas, and most on few.
TAG_WEIGHTS = list(accumulate(1 / (place + 1) for place in range(len(TAGS))))


def title(chance: Random) -> str:
    """A title, which no other idea is likely to have."""
    return f"{chance.choice(TITLES)}, {chance.choice(STREETS)} {chance.randint(1, 4_000)}"


def tags(chance: Random) -> list[str]:
    """Up to four tags."""
    return sorted(set(chance.choices(TAGS, cum_weights=TAG_WEIGHTS, k=chance.randint(0, 4))))


def paragraphs(chance: Random, sentences: float) -> list[str]:
    """Paragraphs with about so many sentences in all, sometimes with four times as many."""
    many = min(1 + int(chance.expovariate(1 / sentences)), int(6 * sentences))
    chosen = chance.choices(SENTENCES, k=many)
    return [" ".join(chosen[start : start + 4]) for start in range(0, many, 4)]


def as_written(some: Sequence[str]) -> str:
    """Paragraphs as one types them."""
    return "\n\n".join(some)


def as_html(some: Sequence[str]) -> str:
    """The same as `ideahub.core.text` renders them."""
    return "\n".join(f"<p>{one}</p>" for one in some)
