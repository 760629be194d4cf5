"""The rows of the forms of prizes, questions to whoever enters, and partners."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from ideahub.campaigns.ordered_rows import PlannedRow
from ideahub.campaigns.prize_checks import milestone_problems
from ideahub.campaigns.terms import Terms
from ideahub.campaigns.writing_terms import TermList, problems_of
from ideahub.core import lengths
from ideahub.http.forms import checkbox, day, exact_money, line, number, text
from ideahub.http.row_forms import RowFields, RowForm, RowKind

MOST_WINNERS = 10_000


@dataclass
class MilestoneFields(RowFields):
    """A part of a prize."""

    title: str = line(lengths.PRIZE_TITLE)
    amount: Decimal | None = exact_money()
    due_on: date | None = day()
    due_note: str = line(lengths.NOTE)


@dataclass
class PrizeFields(RowFields):
    """A prize."""

    title: str = line(lengths.PRIZE_TITLE)
    rank: int | None = number(1, 1_000)
    category: str = line(lengths.PRIZE_TITLE)
    description: str = text(lengths.FRAMING)
    amount: Decimal | None = exact_money()
    currency: str = line(3)
    non_money: str = line(lengths.PRIZE)
    winners: int | None = number(1, MOST_WINNERS)
    paid_on: date | None = day()
    paid_note: str = line(lengths.NOTE)


@dataclass
class QuestionFields(RowFields):
    """A question to whoever enters."""

    text: str = line(lengths.QUESTION)
    help: str = line(lengths.WHY)
    required_answer: str = line(3)
    blocking: bool = checkbox()


@dataclass
class PartnerFields(RowFields):
    """A partner."""

    organisation_id: int | None = number(1, 2**62)
    name: str = line(lengths.PARTNER_NAME)
    url: str = line(lengths.LINK)
    part: str = line(lengths.NOTE)


MILESTONES = RowKind("milestone", MilestoneFields, 12)
ROWS: dict[TermList, RowKind[Any]] = {
    TermList.PRIZES: RowKind(
        "prize", PrizeFields, 30, {"currency": "EUR", "winners": "1"}, MILESTONES
    ),
    TermList.ELIGIBILITY: RowKind(
        "question", QuestionFields, 20, {"required_answer": "yes", "blocking": "yes"}
    ),
    TermList.PARTNERS: RowKind("partner", PartnerFields, 30),
}


def stored_rows(terms: Terms, which: TermList) -> list[RowForm[Any]]:
    """Rows that show what is stored."""
    kind = ROWS[which]
    if which is TermList.PRIZES:
        return [
            kind.stored(_shown(one), [_shown(m) for m in one.milestones]) for one in terms.prizes
        ]
    if which is TermList.ELIGIBILITY:
        answers = {True: "yes", False: "no"}
        return [
            kind.stored({**_shown(one), "required_answer": answers[one.required_answer]})
            for one in terms.questions
        ]
    # The name of an organisation of this site is its own.
    return [
        kind.stored(
            {**_shown(one), "part": one.role, **({"name": ""} if one.organisation_id else {})}
        )
        for one in terms.partners
    ]


def plans_of(rows: Sequence[RowForm[Any]], which: TermList) -> list[PlannedRow]:
    """The rows that stay, as they are to be stored; what is wrong becomes an error of the row."""
    return [_checked(row, which) for row in rows if row.kept]


def _checked(row: RowForm[Any], which: TermList) -> PlannedRow:
    within = [one for one in row.within if one.kept]
    plan = PlannedRow(
        row.values.number,
        _PLANNED[which](row.values),
        tuple(_planned_milestone(one) for one in within),
    )
    for one, part in zip(within, plan.within, strict=True):
        one.form.errors = {**milestone_problems(part), **one.form.errors}
    if all(one.form.ok for one in within):
        row.form.errors = {**problems_of(which, plan), **row.form.errors}
    return plan


def _planned_milestone(row: RowForm[Any]) -> PlannedRow:
    values: MilestoneFields = row.values
    columns = ("title", "amount", "due_on", "due_note")
    return PlannedRow(values.number, {name: getattr(values, name) for name in columns})


def _planned_prize(values: PrizeFields) -> dict[str, Any]:
    columns = ("title", "rank", "category", "description", "amount", "non_money", "paid_on")
    return {
        **{name: getattr(values, name) for name in (*columns, "paid_note")},
        "currency": (values.currency.upper() or None) if values.amount else None,
        "winners": values.winners or 1,
    }


def _planned_question(values: QuestionFields) -> dict[str, Any]:
    return {
        "text": values.text,
        "help": values.help,
        "required_answer": values.required_answer != "no",
        "blocking": values.blocking,
    }


def _planned_partner(values: PartnerFields) -> dict[str, Any]:
    return {
        "organisation_id": values.organisation_id,
        "name": "" if values.organisation_id else values.name,
        "url": values.url,
        "role": values.part,
    }


_PLANNED: dict[TermList, Callable[[Any], dict[str, Any]]] = {
    TermList.PRIZES: _planned_prize,
    TermList.ELIGIBILITY: _planned_question,
    TermList.PARTNERS: _planned_partner,
}


def _shown(view: msgspec.Struct) -> dict[str, Any]:
    shown: dict[str, Any] = msgspec.to_builtins(view)
    shown.pop("milestones", None)
    if shown.get("amount"):
        # As people write it: without decimals where they are zero.
        shown["amount"] = shown["amount"].removesuffix(".00")
    return {name: "yes" if value is True else value for name, value in shown.items()}
