"""The forms for answers and reply clocks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ideahub.core import lengths
from ideahub.http.forms import checkbox, choice, day, line, number, repeated, text
from ideahub.questions.web.forms import AnswerTemplateForm
from ideahub.responses.answer_input import MOST_WANTED, AnswerInput
from ideahub.responses.models import ReasonKind, Verdict
from ideahub.responses.queries import ResponseView
from ideahub.responses.reply_rules import (
    MOST_DAYS,
    MOST_LEADERS,
    MOST_ORGANISATIONS,
    MOST_SUPPORTERS,
    RulePlan,
)

# With the sentence on what is measured it goes into a review, as what wakes the idea.
WOULD_CHANGE = 800
CONDITIONS = 2_000


@dataclass
class AnswerForm:
    """An answer to an idea, with the answer and version that its author saw."""

    verdict: Verdict | None = choice(Verdict, required=True)
    # Not by itself: all that is missing of an answer is said together.
    body: str = text()
    conditions: str = text(CONDITIONS)
    reason_kind: ReasonKind | None = choice(ReasonKind)
    would_change: str = text(WOULD_CHANGE)
    elsewhere: str = line(lengths.LINK)
    wake_measure: str = line(30)
    wake_threshold: int | None = number(1, MOST_WANTED)
    wake_on: date | None = day()
    why: str = line(lengths.NOTE)
    seen_response: int | None = number(0, 2**62)
    seen_version: int | None = number(0, 2**62)

    @property
    def answer_input(self) -> AnswerInput:
        """The fields as the rules take them; only for a form without errors."""
        assert self.verdict is not None
        return AnswerInput(
            verdict=self.verdict,
            body=self.body,
            reason_kind=self.reason_kind,
            conditions=self.conditions,
            would_change=self.would_change,
            elsewhere=self.elsewhere,
            wake_measure=self.wake_measure or None,
            wake_threshold=self.wake_threshold,
            wake_on=self.wake_on,
            seen_response=self.seen_response or 0,
            seen_version=self.seen_version or 0,
            why=self.why,
        )

    def said(self, typed: Mapping[str, Any]) -> dict[str, str]:
        """What was typed of the answer itself, as the rows of a batch keep it."""
        names = [*self.answer_input.said, *self.answer_input.wakes, "reason_kind"]
        return {name: str(typed[name]) for name in names if typed.get(name)}


@dataclass
class BegunAnswerForm(AnswerForm):
    """An answer, or the words for many, and the template to begin with; `do` is the button."""

    template: str = line(20)
    do: str = line(10)


def answer_of(shown: ResponseView) -> dict[str, str]:
    """What the form has to begin with, to change this answer."""
    names = ("body", "conditions", "would_change", "elsewhere", "wake_measure", "wake_threshold")
    values = {name: getattr(shown, name) for name in names}
    values |= {"verdict": shown.verdict.value, "reason_kind": shown.reason and shown.reason.value}
    values["wake_on"] = shown.wake_on and shown.wake_on.isoformat()
    return {name: str(value) for name, value in values.items() if value}


@dataclass
class IdeasTemplateForm(AnswerTemplateForm):
    """A text to begin answers to ideas with, what is answered, and why not."""

    verdict: Verdict | None = choice(Verdict)
    reason_kind: ReasonKind | None = choice(ReasonKind)


@dataclass
class ConditionReportForm:
    """What has come true, and how one can see it."""

    evidence: str = text(lengths.REASON, required=True)


@dataclass
class DecidedReportForm:
    """What is said to somebody who pointed out that a condition has come true."""

    answer: str = text(lengths.REASON)


@dataclass
class HandoverForm:
    """Whom a leader asks to take over an answer, and why."""

    to: int | None = number(1, 2**62, required=True)
    reason: str = text(lengths.REASON, required=True)


@dataclass
class HandoverRefusalForm:
    """Why a leader does not take over an answer."""

    why: str = text(lengths.REASON)


@dataclass
class OwnerForm:
    """Who owes an answer as well, or instead."""

    person: int | None = number(1, 2**62, required=True)
    reason: str = text(lengths.REASON)
    instead: bool = checkbox()


@dataclass
class RuleForm:
    """The threshold, the days and the leaders of a reply clock."""

    supporters: int | None = number(1, MOST_SUPPORTERS, required=True)
    organisations: int | None = number(1, MOST_ORGANISATIONS, required=True)
    days: int | None = number(1, MOST_DAYS, required=True)
    leaders: list[str] = repeated(MOST_LEADERS, 20)
    also_passed: bool = checkbox()

    @property
    def plan(self) -> RulePlan:
        """The fields as the rules take them; only for a form without errors."""
        return RulePlan(
            supporters=self.supporters or 0,
            organisations=self.organisations or 0,
            days=self.days or 0,
            leaders=tuple(int(one) for one in self.leaders if one.isdecimal()),
            also_passed=self.also_passed,
        )


@dataclass
class StandInForm:
    """Who answers for a leader, from a day until another."""

    stand_in: str = line(lengths.ADDRESS, required=True)
    from_on: date | None = day(required=True)
    until_on: date | None = day(required=True)
    timezone: str = line(60, required=True)

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day; only for a form without errors."""
        assert self.from_on is not None
        assert self.until_on is not None
        return self.from_on, self.until_on
