"""A receipt's fingerprint can be computed from its description alone, and tells every change."""

import json
import re
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.entries.entering import submit_entry, withdraw_entry
from ideahub.entries.form_versions import FieldView, FormView
from ideahub.entries.models import Entry, EntryRevision, FieldKind
from ideahub.entries.receipts import FileMark, canonical_content
from tests.entries.entering import COST, LONG, SITE, ask, begin, make_contest, write
from tests.support.cast import Cast, viewer_of

DESCRIPTION = Path(__file__).parents[2] / "docs/entry-receipts.md"
FORM = FormView(
    1,
    1,
    1,
    None,
    (
        FieldView("q1", FieldKind.LONG_TEXT, "What?"),
        FieldView("q2", FieldKind.CHOICES, "For whom?", options=("Young", "Old")),
        FieldView("q3", FieldKind.FILE, "A sketch"),
    ),
)
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40)


def escaped(text: str) -> str:
    """A text as the description says, without a library."""
    short = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    short |= {"\b": "\\b", "\f": "\\f"}
    signs = [short.get(s) or (f"\\u{ord(s):04x}" if ord(s) < 32 else s) for s in text]
    return '"' + "".join(signs) + '"'


@given(WORDS, WORDS, WORDS)
def test_the_content_is_as_described(title: str, team: str, words: str) -> None:
    mark = FileMark("t" * 32, "plan.pdf", 12, "ab" * 32)
    answers: dict[str, Any] = {"q1": words, "q2": ["Old"], "q3": mark.token}
    adult = {"question": "Are you 18?", "answer": True, "required": True}
    titled = SimpleNamespace(title=title, team_name=team)
    made = canonical_content(FORM, titled, answers, [adult], {mark.token: mark})
    expected = (
        '{"answers":['
        f'{{"answer":{escaped(words)},"kind":"long_text","question":"What?"}},'
        '{"answer":["Old"],"kind":"choices","question":"For whom?"},'
        f'{{"answer":{{"name":"plan.pdf","sha256":"{"ab" * 32}","size":12}},'
        '"kind":"file","question":"A sketch"}],'
        '"eligibility":[{"answer":true,"question":"Are you 18?"}],'
        '"form_version":1,"format":"ideahub-entry-1",'
        f'"team":{escaped(team)},"title":{escaped(title)}}}'
    )
    assert made.decode() == expected


async def test_the_example_in_the_description_gives_the_fingerprint_of_a_receipt(
    db: AsyncSession, cast: Cast
) -> None:
    campaign, phase = await make_contest(db, cast.city)
    (cost,) = await ask(db, cast, campaign, phase, [COST])
    entry_id = await begin(db, cast.cem, phase)
    await write(db, cast.cem, entry_id, {cost: "1200.5"}, "Green lanes")
    cem = await viewer_of(db, cast.cem)
    revision = await submit_entry(db, cem, entry_id, site=SITE)
    code = re.findall(r"```python\n(.*?)```", DESCRIPTION.read_text(), re.DOTALL)[0]
    printed: list[str] = []
    exec(code, {"print": printed.append, "json": json})  # noqa: S102  our own document
    assert printed == [revision.content_hash]


async def test_each_change_is_another_version_and_none_is_overwritten(
    db: AsyncSession, cast: Cast
) -> None:
    campaign, phase = await make_contest(db, cast.city)
    (text,) = await ask(db, cast, campaign, phase, [LONG])
    entry_id = await begin(db, cast.cem, phase)
    cem = await viewer_of(db, cast.cem)
    for words in ("One", "Two", "Two"):
        await write(db, cast.cem, entry_id, {text: words})
        await submit_entry(db, cem, entry_id, site=SITE)
    made = (await db.scalars(select(EntryRevision).order_by(EntryRevision.number))).all()
    assert [(one.number, one.answers[text]) for one in made] == [(1, "One"), (2, "Two")]
    assert made[0].content_hash != made[1].content_hash
    assert sha256(b"").hexdigest() not in {one.content_hash for one in made}
    await withdraw_entry(db, cem, entry_id)
    again = await submit_entry(db, cem, entry_id, site=SITE)
    row = await db.get_one(Entry, entry_id, populate_existing=True)
    assert (again.number, row.number, row.withdrawn_at, row.submitted_id) == (3, 1, None, again.id)
