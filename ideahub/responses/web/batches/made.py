"""The answers of a batch, as they are looked at before they go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ideahub.core.i18n import _
from ideahub.core.text.rendering import markdown_html
from ideahub.http.forms import Form, fill
from ideahub.responses.answer_input import AnswerInput, must_be_complete
from ideahub.responses.batches.filling_in import BatchRow, as_seen, typed_for, with_seen
from ideahub.responses.shown import SaidAnswer, said_answer
from ideahub.responses.web.forms import AnswerForm


@dataclass(frozen=True, slots=True)
class MadeAnswer:
    """An answer as it will go out; `given` is None where it cannot, and `form` says why."""

    row: BatchRow
    form: Form[AnswerForm]
    given: AnswerInput | None
    shown: SaidAnswer | None
    seal: str

    @property
    def is_looked_at(self) -> bool:
        """Whether whoever sends it has looked at it as it is now."""
        return self.given is not None and self.row.looked == self.seal

    @property
    def problem(self) -> str:
        """Why it cannot go; empty where it can."""
        return " ".join(dict.fromkeys(self.form.errors.values()))


async def made_answer(common: Mapping[str, Any], row: BatchRow, day: date) -> MadeAnswer:
    """The answer to this idea, with what is wrong with it."""
    typed = {name: [str(value)] for name, value in typed_for(common, row).items()}
    form = fill(AnswerForm, typed)
    if row.is_overtaken:
        told = _("%(name)s has answered it meanwhile.", name=row.newest_name or "")
        form.errors.setdefault("body", told)
    if form.ok:
        async with form.attempt(None, "body"):
            must_be_complete(form.values.answer_input, day)
    if not form.ok:
        return MadeAnswer(row, form, None, None, "")
    given = with_seen(form.values.answer_input, row)
    shown = said_answer(given, await markdown_html(given.body))
    return MadeAnswer(row, form, given, shown, as_seen(given))


async def made_answers(
    common: Mapping[str, Any], rows: Sequence[BatchRow], day: date
) -> list[MadeAnswer]:
    """Those of several ideas."""
    return [await made_answer(common, row, day) for row in rows]
