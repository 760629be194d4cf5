"""The export of decisions: triage, deliberation, appeals, corrections, advancement and awards."""

from typing import Any

from sqlalchemy import BigInteger, Select, and_, bindparam, case, literal, select
from sqlalchemy import String as Text
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Phase
from ideahub.core.db import constant, rows_of
from ideahub.core.i18n import N_, _
from ideahub.entries.models import Entry, TriageDecision
from ideahub.judging.models import Assignment, Panel, Scorecard
from ideahub.organisations.models import Person
from ideahub.results.exporting.reading import AT_ONCE, Export, Key, Portion, ReadPortion
from ideahub.results.labels import DECIDED
from ideahub.results.models import (
    Advancement,
    Appeal,
    Award,
    DeliberationDecision,
    DeliberationItem,
    PanelResult,
    ScoreCorrection,
)

PANEL_ID = bindparam("panel_id", type_=BigInteger)
AFTER = bindparam("after", type_=BigInteger)
# What was decided, as stored → in words.
WORDS = {
    "eligible": N_("May be judged"),
    "ineligible": N_("May not be judged"),
    "upheld": N_("The appeal is upheld"),
    "not upheld": N_("The appeal is not upheld"),
    "corrected": N_("A score is corrected"),
    "awarded": N_("An award is decided"),
    "confirmed": N_("An award is confirmed"),
    "revoked": N_("An award is taken back"),
    "invited": N_("Invited into a later phase"),
    **{kind.value: words for kind, words in DECIDED.items()},
}


def _select(table: Any, what: Any, more: Any, at: Any, reason: Any) -> Any:
    return select(
        table.id,
        at.label("at"),
        what.label("what"),
        Entry.number,
        more.label("more"),
        reason.label("reason"),
        Person.name,
    ).select_from(table)


def _one(word: str) -> Any:
    return literal(word, Text)


def _ends(query: Any, table: Any, by: Any) -> Select[Any]:
    found: Select[Any] = (
        query.outerjoin(Person, Person.id == by)
        .where(table.id > AFTER)
        .order_by(table.id)
        .limit(constant(AT_ONCE))
    )
    return found


def _award(word: str, by: Any, at: Any, reason: Any) -> Select[Any]:
    query = (
        _select(Award, _one(word), Award.title, at, reason)
        .join(Entry, Entry.id == Award.entry_id)
        .join(PanelResult, PanelResult.id == Award.result_id)
        .where(PanelResult.panel_id == PANEL_ID, at.is_not(None))
    )
    return _ends(query, Award, by)


_nothing = _one("")
STATEMENTS: list[Select[Any]] = [
    _ends(
        _select(
            TriageDecision,
            case((TriageDecision.is_eligible.is_(True), "eligible"), else_="ineligible"),
            _nothing,
            TriageDecision.created_at,
            TriageDecision.reason,
        )
        .join(Entry, Entry.id == TriageDecision.entry_id)
        .join(Panel, and_(Panel.id == PANEL_ID, Panel.entries_phase_id == Entry.phase_id)),
        TriageDecision,
        TriageDecision.decided_by,
    ),
    _ends(
        _select(
            DeliberationDecision,
            DeliberationDecision.kind,
            _nothing,
            DeliberationDecision.created_at,
            DeliberationDecision.reason,
        )
        .join(DeliberationItem, DeliberationItem.id == DeliberationDecision.item_id)
        .join(Entry, Entry.id == DeliberationItem.entry_id)
        .where(DeliberationItem.panel_id == PANEL_ID),
        DeliberationDecision,
        DeliberationDecision.decided_by,
    ),
    _ends(
        _select(
            Appeal,
            case((Appeal.is_upheld.is_(True), "upheld"), else_="not upheld"),
            _nothing,
            Appeal.decided_at,
            Appeal.reason,
        )
        .join(PanelResult, PanelResult.id == Appeal.result_id)
        .join(Entry, Entry.id == Appeal.entry_id)
        .where(PanelResult.panel_id == PANEL_ID, Appeal.decided_at.is_not(None)),
        Appeal,
        Appeal.decided_by,
    ),
    _ends(
        _select(
            ScoreCorrection,
            _one("corrected"),
            _nothing,
            ScoreCorrection.created_at,
            ScoreCorrection.reason,
        )
        .join(Scorecard, Scorecard.id == ScoreCorrection.scorecard_id)
        .join(Assignment, Assignment.id == Scorecard.assignment_id)
        .join(Entry, Entry.id == Assignment.entry_id)
        .where(Assignment.panel_id == PANEL_ID),
        ScoreCorrection,
        ScoreCorrection.decided_by,
    ),
    _ends(
        _select(
            Advancement,
            _one("invited"),
            Phase.name,
            Advancement.created_at,
            Advancement.reason,
        )
        .join(PanelResult, PanelResult.id == Advancement.result_id)
        .join(Phase, Phase.id == Advancement.to_phase_id)
        .join(Entry, Entry.id == Advancement.entry_id)
        .where(PanelResult.panel_id == PANEL_ID),
        Advancement,
        Advancement.decided_by,
    ),
    _award("awarded", Award.decided_by, Award.created_at, Award.reason),
    _award("confirmed", Award.confirmed_by, Award.confirmed_at, _nothing),
    _award("revoked", Award.revoked_by, Award.revoked_at, Award.revocation_reason),
]


def decisions_export(panel: Panel) -> Export:
    """Every decision about entries of the panel, with its reason and who decided; for managers."""
    columns = [
        _("Decided (UTC)"),
        _("Decision"),
        _("Entry"),
        _("About"),
        _("Reason"),
        _("Decided by"),
    ]
    return Export(columns, [_reader(panel.id, one) for one in STATEMENTS])


def _reader(panel_id: int, statement: Select[Any]) -> ReadPortion:
    async def read(db: AsyncSession, after: Key | None) -> Portion:
        rows = await rows_of(db, statement, {PANEL_ID.key: panel_id, AFTER.key: after or 0})
        cells = [
            [
                row.at.isoformat(timespec="seconds"),
                _(WORDS[row.what]),
                row.number,
                row.more,
                row.reason,
                row.name,
            ]
            for row in rows
        ]
        return Portion(list(cells), rows[-1].id if len(rows) == AT_ONCE else None)

    return read
