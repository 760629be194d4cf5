"""The challenge's yes/no questions to whoever enters, answered with the entry."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.terms_models import EligibilityQuestion
from ideahub.core.db import rows_of
from ideahub.core.i18n import _
from ideahub.entries.form_versions import FieldView, FormView
from ideahub.entries.models import FieldKind


class Condition(msgspec.Struct, frozen=True):
    """A question of who may enter; where it is `blocking`, only with the required answer."""

    id: int
    text: str
    help: str
    required_answer: bool
    blocking: bool

    @property
    def key(self) -> str:
        """Under which its answer is kept beside those of the form."""
        return f"e{self.id}"

    @property
    def field(self) -> FieldView:
        """The question as a field of a form."""
        return FieldView(self.key, FieldKind.YES_NO, self.text, self.help, required=True)


CONDITIONS = (
    select(*(getattr(EligibilityQuestion, name) for name in Condition.__struct_fields__))
    .where(EligibilityQuestion.campaign_id == bindparam("campaign_id", type_=BigInteger))
    .order_by(EligibilityQuestion.position)
)


async def conditions_of(db: AsyncSession, campaign_id: int) -> list[Condition]:
    """The questions of who may enter a challenge, in their order."""
    found = await rows_of(db, CONDITIONS, {"campaign_id": campaign_id})
    return [Condition(*row) for row in found]


def with_conditions(form: FormView, conditions: Sequence[Condition]) -> FormView:
    """The form with these questions before its own, for the page on which an entry is written."""
    asked = tuple(one.field for one in conditions)
    return msgspec.structs.replace(form, fields=asked + form.fields)


def unmet(conditions: Sequence[Condition], answers: Mapping[str, Any]) -> dict[str, str]:
    """Why these answers keep one from entering: a sentence for each question, by its key."""
    found = {}
    for one in conditions:
        answer = answers.get(one.key)
        if answer is None:
            found[one.key] = _("Answer with yes or no.")
        elif one.blocking and answer is not one.required_answer:
            found[one.key] = _("With this answer you may not enter this challenge.")
    return found


def answered(conditions: Sequence[Condition], answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The questions as they were asked, each with its answer and the one that is required."""
    return [
        {"question": one.text, "answer": answers[one.key], "required": one.required_answer}
        for one in conditions
        if answers.get(one.key) is not None
    ]
