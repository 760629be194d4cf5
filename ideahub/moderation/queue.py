"""Queries for the moderators' queue: what waits, with all that is needed to decide it."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Select,
    and_,
    any_,
    bindparam,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.core.db import constant, rows_of
from ideahub.core.paging import MOST as HIGHEST
from ideahub.core.paging import place_after, read_place
from ideahub.core.text.diff import Piece
from ideahub.core.viewer import VIEWER_ID, Role, Viewer, viewer_holds
from ideahub.ideas.models import Idea
from ideahub.ideas.pseudonyms import conceals
from ideahub.moderation.differing import added_in, around_changes, differences_of
from ideahub.moderation.models import (
    IS_OPEN,
    Measure,
    ModerationCase,
    ModerationDecision,
    TextReport,
)
from ideahub.moderation.moderators import MODERATES
from ideahub.moderation.naming import found_texts, key_of
from ideahub.moderation.scoring import Signal, links_in
from ideahub.moderation.texts import TextView, texts_of
from ideahub.organisations.models import Person

PAGE = 25
MOST_REPORTS = 200
MOST_LINKS = 10
Claimer = aliased(Person, name="claimer")
Same = aliased(ModerationCase, name="same_words")
By = aliased(ModerationCase, name="by_same_author")


class CasesShown(StrEnum):
    """Which cases the queue shows."""

    ALL = ""
    REPORTED = "reported"
    HELD = "held"
    MINE = "mine"


class ReportView(msgspec.Struct, frozen=True):
    """A report, without who made it."""

    case_id: int
    rule_name: str
    words: str
    created_at: datetime


class CaseView(msgspec.Struct, frozen=True):
    """A case as moderators see it. `earlier` are the decisions about its author that stand, by
    measure; `same` is how many other open cases have the same words, `by_author` how many have the
    same author, as far as everyone knows that it is the same. `differs` is how its text differs
    from what it was before; empty for one that is new, which is looked at as a whole."""

    id: int
    created_at: datetime
    closed_at: datetime | None
    held_at: datetime | None
    is_urgent: bool
    claimed_by: str | None
    claims: bool
    signals: list[Signal]
    score: int
    same: int
    by_author: int
    text: TextView
    reports: list[ReportView]
    earlier: Mapping[Measure, int]
    differs: list[Piece]

    @property
    def changes(self) -> list[Piece]:
        """How it differs, in short."""
        return list(around_changes(self.differs))

    @property
    def links(self) -> list[str]:
        """The links in its text, or in what is new in it; each once, at most MOST_LINKS."""
        words = added_in(self.differs) if self.differs else self.text.whole
        return list(dict.fromkeys(links_in(words)))[:MOST_LINKS]

    @property
    def rules(self) -> list[tuple[str, int]]:
        """The rules that were reported, each with how often."""
        return Counter(report.rule_name for report in self.reports).most_common()


class CasesPage(msgspec.Struct, frozen=True):
    """A page of the queue; `next` is the place of the next one."""

    cases: list[CaseView]
    next: str


def _is_under_another_name(case: Any) -> ColumnElement[bool]:
    """Whether others know the author of the case's text by another name only."""
    return select(Idea.id).where(Idea.id == case.idea_id, conceals(case.author_id)).exists()


def _has_same_words(other: Any, case: Any) -> ColumnElement[bool]:
    return and_(other.fingerprint == case.fingerprint, other.fingerprint != "")


def _has_same_author(other: Any, case: Any) -> ColumnElement[bool]:
    """So that moderators do not learn who writes under another name."""
    known = and_(~_is_under_another_name(other), ~_is_under_another_name(case))
    return and_(other.author_id == case.author_id, or_(other.idea_id == case.idea_id, known))


CASES: Select[Any] = (
    select(
        ModerationCase.id,
        ModerationCase.created_at,
        ModerationCase.closed_at,
        ModerationCase.held_at,
        ModerationCase.is_urgent,
        ModerationCase.text_kind,
        ModerationCase.text_id,
        ModerationCase.author_id,
        ModerationCase.signals,
        ModerationCase.score,
        Claimer.name.label("claimed_by"),
        func.coalesce(ModerationCase.claimed_by == VIEWER_ID, False).label("claims"),
        select(func.count())
        .where(
            _has_same_words(Same, ModerationCase),
            Same.closed_at.is_(None),
            Same.id != ModerationCase.id,
            viewer_holds(Role.MODERATOR, Same.organisation_id),
        )
        .scalar_subquery()
        .label("same"),
        select(func.count())
        .where(
            _has_same_author(By, ModerationCase),
            By.closed_at.is_(None),
            By.id != ModerationCase.id,
            viewer_holds(Role.MODERATOR, By.organisation_id),
        )
        .scalar_subquery()
        .label("by_author"),
    )
    .outerjoin(
        Claimer,
        (Claimer.id == ModerationCase.claimed_by) & (ModerationCase.claimed_until > func.now()),
    )
    .where(MODERATES)
)
_number = bindparam("number", type_=BigInteger)
# Urgent ones first, then the oldest.
_after = or_(
    ModerationCase.is_urgent < bindparam("key", type_=Boolean),
    (ModerationCase.is_urgent == bindparam("key", type_=Boolean)) & (ModerationCase.id > _number),
)
_waiting = (
    CASES.where(IS_OPEN)
    .order_by(ModerationCase.is_urgent.desc(), ModerationCase.id)
    .limit(constant(PAGE + 1))
)
_reported = select(TextReport.id).where(TextReport.case_id == ModerationCase.id).exists()
NARROWED = {
    CasesShown.ALL: _waiting,
    CasesShown.REPORTED: _waiting.where(_reported),
    CasesShown.HELD: _waiting.where(ModerationCase.held_at.is_not(None)),
    CasesShown.MINE: _waiting.where(
        ModerationCase.claimed_by == VIEWER_ID, ModerationCase.claimed_until > func.now()
    ),
}
STATEMENTS = {
    (show, later): statement.where(_after) if later else statement
    for show, statement in NARROWED.items()
    for later in (False, True)
}
_first = aliased(ModerationCase, name="first_of_them")
# Those that belong together with one of them, and that one.
TOGETHER = _waiting.join(
    _first,
    or_(
        _first.id == ModerationCase.id,
        _has_same_words(ModerationCase, _first),
        _has_same_author(ModerationCase, _first),
    ),
).where(
    _first.id == bindparam("case_id", type_=BigInteger),
    viewer_holds(Role.MODERATOR, _first.organisation_id),
)
ONE = CASES.where(ModerationCase.id == bindparam("case_id", type_=BigInteger))
IDS = bindparam("ids", type_=ARRAY(BigInteger))
REPORTS = (
    select(TextReport.case_id, TextReport.rule_name, TextReport.words, TextReport.created_at)
    .where(TextReport.case_id == any_(IDS))
    .order_by(TextReport.id)
    .limit(constant(MOST_REPORTS))
)
_undoing = aliased(ModerationDecision, name="undoing")
EARLIER = (
    select(ModerationCase.author_id, ModerationDecision.measure, func.count())
    .join(ModerationCase, ModerationCase.id == ModerationDecision.case_id)
    .where(
        ModerationCase.author_id == any_(IDS),
        ModerationDecision.measure != constant(Measure.UNDO),
        ~select(_undoing.id).where(_undoing.undoes_id == ModerationDecision.id).exists(),
    )
    .group_by(ModerationCase.author_id, ModerationDecision.measure)
)
WAITING = select(
    func.count().label("waiting"),
    func.count().filter(_reported).label("reported"),
    func.count().filter(ModerationCase.held_at.is_not(None)).label("held"),
).where(IS_OPEN, MODERATES)


async def cases_waiting(
    db: AsyncSession, viewer: Viewer, show: CasesShown, place: str
) -> CasesPage:
    """A page of the open cases of the viewer's organisations."""
    after = _read(place)
    asked = {**viewer.bound, **(after or {})}
    rows = await rows_of(db, STATEMENTS[show, after is not None], asked)
    cases = await _views(db, rows[:PAGE])
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return CasesPage(cases, place_after(int(last.is_urgent), last.id) if last else "")


async def cases_like(db: AsyncSession, viewer: Viewer, case_id: int) -> CasesPage:
    """The open cases with the same words or by the same author as this one, which is among them;
    none where the viewer does not moderate that. At most a page: the rest comes once these are
    decided."""
    asked = {"case_id": min(case_id, HIGHEST), **viewer.bound}
    rows = await rows_of(db, TOGETHER, asked)
    return CasesPage(await _views(db, rows[:PAGE]), "")


async def case_view(db: AsyncSession, viewer: Viewer, case_id: int) -> CaseView | None:
    """One case, open or closed; None for one of organisations that the viewer does not
    moderate."""
    rows = await rows_of(db, ONE, {"case_id": case_id, **viewer.bound})
    return (await _views(db, rows))[0] if rows else None


async def count_waiting_cases(db: AsyncSession, viewer: Viewer) -> dict[str, int]:
    """How many cases wait for moderators of the viewer's organisations; of these, how many are
    reported, and how many held."""
    (counts,) = await rows_of(db, WAITING, viewer.bound)
    return dict(counts._asdict())


async def _views(db: AsyncSession, rows: Sequence[Any]) -> list[CaseView]:
    texts = await found_texts(
        [key_of(row) for row in rows], lambda kind, ids: texts_of(db, kind, ids)
    )
    reports: dict[int, list[ReportView]] = defaultdict(list)
    for row in await rows_of(db, REPORTS, {"ids": [row.id for row in rows]}):
        reports[row.case_id].append(ReportView(*row))
    earlier: dict[int, dict[Measure, int]] = defaultdict(dict)
    for author, measure, count in await rows_of(
        db, EARLIER, {"ids": sorted({row.author_id for row in rows})}
    ):
        earlier[author][Measure(measure)] = count
    waiting = [texts[key_of(row)] for row in rows if row.closed_at is None]
    differences = await differences_of(db, waiting)
    return [
        _view(
            row,
            text=texts[key_of(row)],
            reports=reports[row.id],
            earlier=earlier.get(row.author_id, {}),
            differs=differences.get(key_of(row), []),
        )
        for row in rows
    ]


def _view(row: Any, **found: Any) -> CaseView:
    values = row._asdict()
    for name in ("text_kind", "text_id", "author_id"):
        del values[name]
    values["signals"] = [Signal(**signal) for signal in values["signals"]]
    return CaseView(**values, **found)


def _read(place: str) -> dict[str, Any] | None:
    try:
        return read_place(place, lambda key: key == "1") if place else None
    except ValueError:
        return None
