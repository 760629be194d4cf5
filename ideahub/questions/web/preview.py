"""What goes out with an answer, as its author sees it before."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.events import Kind
from ideahub.core.fingerprints import fingerprint
from ideahub.core.languages import in_language, language, offered
from ideahub.core.telling import Addressee, Words
from ideahub.core.text.rendering import markdown_letter
from ideahub.organisations.models import Person
from ideahub.questions.answering import Answer
from ideahub.questions.models import AskedQuestion
from ideahub.questions.telling import LONGEST, answer_words

PERSON = (Person.id, Person.name, Person.email, Person.language)


class Preview(NamedTuple):
    """What goes out: the answer as everyone reads it, and the mail to each who asked. `looked` is
    its fingerprint."""

    answer: Answer
    letters: list[tuple[str, Words]]
    looked: str


def seen_as(answer: Answer, numbers: Iterable[int]) -> str:
    """The fingerprint of what goes out to those who asked these questions."""
    return fingerprint((*answer[:3], answer.letter, *sorted(numbers)))


async def preview_of(
    db: AsyncSession,
    campaign: Campaign,
    answer: Answer,
    askers: Select[int],
    kind: Kind,
    looked: str,
) -> Preview:
    """The answer, and what these people are told by a deed of this kind."""
    people = select(*PERSON).where(Person.id.in_(askers)).order_by(Person.id)
    found = [Addressee(*row) for row in await db.execute(people)] if answer.text else []
    return await preview_for(campaign, answer, found, kind, looked)


async def who_asked(db: AsyncSession, numbers: Sequence[int]) -> dict[int, Addressee]:
    """Who asked each of these questions."""
    asked = select(AskedQuestion.id, *PERSON).join(Person, Person.id == AskedQuestion.person_id)
    rows = await db.execute(asked.where(AskedQuestion.id.in_(numbers)))
    return {row[0]: Addressee(*row[1:]) for row in rows}


async def preview_for(
    campaign: Campaign, answer: Answer, people: Iterable[Addressee], kind: Kind, looked: str
) -> Preview:
    """The answer, and what each of these people is told by a deed of this kind, in their
    language."""
    text = await markdown_letter(answer.text, LONGEST)
    letters = []
    for to in people:
        with in_language(to.language if to.language in offered() else language()):
            words = answer_words(campaign, answer.question, text, to, answer.letter, kind=kind)
        letters.append((to.name, words))
    return Preview(answer, letters, looked)
