"""Lists of words for which a new text waits for a moderator: per language, of a campaign and of
the whole site."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from sqlalchemy import BigInteger, bindparam, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of
from ideahub.core.events import Kind, record
from ideahub.core.languages import language_name, locale_of
from ideahub.core.locking import one_at_a_time
from ideahub.core.viewer import Viewer
from ideahub.moderation.models import WordListVersion

_WORD = re.compile(r"\w+")
# Scripts that write no spaces between words: there a word is looked for within others.
UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_NEWEST_FIRST = (WordListVersion.campaign_id, WordListVersion.language, WordListVersion.id.desc())
LISTS = (
    select(WordListVersion.campaign_id, WordListVersion.language, WordListVersion.words)
    .ext(distinct_on(WordListVersion.campaign_id, WordListVersion.language))
    .where(
        or_(
            WordListVersion.campaign_id.is_(None),
            WordListVersion.campaign_id == bindparam("campaign_id", type_=BigInteger),
        )
    )
    .order_by(*_NEWEST_FIRST)
)


def languages_to_list() -> list[str]:
    """The languages in which people may write here: all that have a short code, by their own
    names."""
    known = (str(code) for code in locale_of("en").languages)
    return sorted((code for code in known if len(code) == 2), key=language_name)


async def word_lists(
    db: AsyncSession, campaign_id: int | None
) -> dict[tuple[int | None, str], list[str]]:
    """The words of each list that holds in a campaign: those of the site, whose campaign is None,
    and its own, by their language."""
    found = await rows_of(db, LISTS, {"campaign_id": campaign_id})
    return {(row.campaign_id, row.language): row.words.splitlines() for row in found}


async def change_word_list(
    db: AsyncSession, viewer: Viewer, campaign_id: int | None, language: str, words: Iterable[str]
) -> None:
    """Adds a version of a list, of a campaign or with None of the site; does nothing where it is
    the same. The caller has checked that the viewer may."""
    tidy = sorted({" ".join(word.split()) for word in words if _WORD.search(word)})
    await one_at_a_time(db, f"word list {campaign_id} {language}")
    now = (await word_lists(db, campaign_id)).get((campaign_id, language), [])
    if now == tidy:
        return
    version = WordListVersion(
        campaign_id=campaign_id,
        language=language,
        words="\n".join(tidy),
        written_by=viewer.person_id,
    )
    db.add(version)
    await db.flush()
    await record(db, Kind.MODERATION_CHANGED, viewer, subject=version)


def listed_in(text: str, words: Iterable[str]) -> list[str]:
    """Those of the words, or groups of words, that the text has: whole ones, whatever their
    capitals and accents. In a script without spaces also within others."""
    plain = _plain(text)
    said = f" {' '.join(_WORD.findall(plain))} "
    return [word for word in words if _has(said, _WORD.findall(_plain(word)))]


def _has(said: str, word: Sequence[str]) -> bool:
    together = " ".join(word)
    if not together:
        return False
    return (together if UNSPACED.search(together) else f" {together} ") in said


def _plain(text: str) -> str:
    """Without capitals and accents, and each letter in one form: German sharp s, too, and the
    Turkish i without a dot, whose capital others read as that of the one with a dot."""
    apart = unicodedata.normalize("NFKD", text.casefold()).replace("ı", "i")
    return "".join(sign for sign in apart if not unicodedata.combining(sign))
