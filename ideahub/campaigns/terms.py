"""Queries for the terms of a campaign: prizes, who may enter, partners, documents and rules.

All of them come in one query, each as a JSON list that is put together by the database.
"""

from datetime import datetime
from typing import Any, TypeVar

import msgspec
from sqlalchemy import ScalarSelect, String, cast, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.prizes import PrizeView
from ideahub.campaigns.rules_versions import CAMPAIGN_ID
from ideahub.campaigns.terms_models import (
    CampaignDocument,
    CampaignPartner,
    EligibilityQuestion,
    Prize,
    PrizeMilestone,
    RulesVersion,
)
from ideahub.core.asked_once import asked_once
from ideahub.core.db import constant, rows_of
from ideahub.core.i18n import _, number
from ideahub.organisations.models import Organisation

T = TypeVar("T")


class QuestionView(msgspec.Struct, frozen=True):
    """A yes/no question to whoever enters; `required_answer` is the one with which one may, and
    with another answer one may not where it is `blocking`."""

    id: int
    text: str
    help: str
    required_answer: bool
    blocking: bool


class PartnerView(msgspec.Struct, frozen=True):
    """Who runs the campaign, too: an organisation of this site, or another by its name."""

    id: int
    organisation_id: int | None
    name: str
    url: str
    role: str


class DocumentView(msgspec.Struct, frozen=True):
    """A document of a campaign without its bytes."""

    id: int
    token: str
    media_type: str
    file_name: str
    description: str
    size: int

    @property
    def url(self) -> str:
        """The address of the file."""
        return f"/documents/{self.token}"

    @property
    def weight(self) -> str:
        """The size of the file with its unit, such as "2.5 MB"."""
        if self.size < 100_000:
            return _("%(size)s\N{NO-BREAK SPACE}kB", size=max(1, round(self.size / 1_000)))
        return _("%(size)s\N{NO-BREAK SPACE}MB", size=number(self.size / 1_000_000, decimals=1))


class RulesNow(msgspec.Struct, frozen=True):
    """The version of the rules that holds now."""

    number: int
    published_at: datetime


class Terms(msgspec.Struct, frozen=True):
    """The terms of a campaign; `rules` is None where it has none."""

    prizes: list[PrizeView]
    questions: list[QuestionView]
    partners: list[PartnerView]
    documents: list[DocumentView]
    rules: RulesNow | None


NO_TERMS = Terms([], [], [], [], None)


def _listed(columns: dict[str, Any], where: Any, order: Any) -> ScalarSelect[Any]:
    each = func.jsonb_build_object(*(part for pair in columns.items() for part in pair))
    found = func.jsonb_agg(aggregate_order_by(each, order))
    return select(func.coalesce(found, func.jsonb_build_array())).where(where).scalar_subquery()


def _columns(table: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(table, name) for name in names}


def _exact(column: Any) -> Any:
    # As a text: a number in JSON would be read as a float.
    return cast(column, String)


_milestones = (
    select(
        func.coalesce(
            func.jsonb_agg(
                aggregate_order_by(
                    func.jsonb_build_object(
                        *("id", PrizeMilestone.id),
                        *("title", PrizeMilestone.title),
                        *("amount", _exact(PrizeMilestone.amount)),
                        *("due_on", PrizeMilestone.due_on),
                        *("due_note", PrizeMilestone.due_note),
                    ),
                    PrizeMilestone.position,
                )
            ),
            func.jsonb_build_array(),
        )
    )
    .where(PrizeMilestone.prize_id == Prize.id)
    .correlate(Prize)
    .scalar_subquery()
)
PRIZE_COLUMNS = (
    *("id", "title", "rank", "category", "description", "currency", "non_money", "winners"),
    *("paid_on", "paid_note"),
)
PRIZES = _listed(
    _columns(Prize, *PRIZE_COLUMNS) | {"amount": _exact(Prize.amount), "milestones": _milestones},
    Prize.campaign_id == CAMPAIGN_ID,
    Prize.position,
)
QUESTIONS = _listed(
    _columns(EligibilityQuestion, *QuestionView.__struct_fields__),
    EligibilityQuestion.campaign_id == CAMPAIGN_ID,
    EligibilityQuestion.position,
)
_partner_name = (
    select(Organisation.name)
    .where(Organisation.id == CampaignPartner.organisation_id)
    .correlate(CampaignPartner)
    .scalar_subquery()
)
PARTNERS = _listed(
    _columns(CampaignPartner, "id", "organisation_id", "url", "role")
    | {"name": func.coalesce(_partner_name, CampaignPartner.name)},
    CampaignPartner.campaign_id == CAMPAIGN_ID,
    CampaignPartner.position,
)
DOCUMENTS = _listed(
    _columns(CampaignDocument, *DocumentView.__struct_fields__),
    (CampaignDocument.campaign_id == CAMPAIGN_ID) & CampaignDocument.removed_at.is_(None),
    CampaignDocument.id,
)
RULES = (
    select(
        func.jsonb_build_object(
            "number", RulesVersion.number, "published_at", RulesVersion.published_at
        )
    )
    .where(RulesVersion.campaign_id == CAMPAIGN_ID)
    .order_by(RulesVersion.number.desc())
    .limit(constant(1))
    .scalar_subquery()
)
TERMS = select(
    *(cast(part, String) for part in (PRIZES, QUESTIONS, PARTNERS, DOCUMENTS)),
    func.coalesce(cast(RULES, String), "null"),
)


@asked_once
async def terms_of(db: AsyncSession, campaign_id: int) -> Terms:
    """The terms of a campaign, each list in its order.

    It does not check who may see the campaign: the caller has found it through the viewer.
    """
    (row,) = await rows_of(db, TERMS, {"campaign_id": campaign_id})
    prizes, questions, partners, documents, rules = row
    return Terms(
        _read(prizes, list[PrizeView]),
        _read(questions, list[QuestionView]),
        _read(partners, list[PartnerView]),
        _read(documents, list[DocumentView]),
        _read(rules, RulesNow | None),
    )


def _read(text: str, kind: Any) -> Any:
    return msgspec.json.decode(text, type=kind, strict=False)
