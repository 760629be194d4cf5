"""The forms of the steps of setting up a campaign."""

from dataclasses import dataclass, fields
from typing import Any

from ideahub.campaigns.checking import WizardStep
from ideahub.campaigns.collected_elsewhere import tidy_link
from ideahub.campaigns.drafting import tidy_topics, tidy_types
from ideahub.campaigns.local_time import known_zones
from ideahub.campaigns.models import Audience, Campaign, CampaignKind
from ideahub.core import lengths
from ideahub.core.i18n import _
from ideahub.http.forms import (
    Form,
    checkbox,
    choice,
    cleaned,
    line,
    number,
    prefilled,
    repeated,
    separated,
    text,
)
from ideahub.http.overtaken import opened_field, opened_on


@dataclass
class StartForm:
    """The kind and organisation of a new campaign."""

    kind: CampaignKind | None = choice(CampaignKind, required=True)
    organisation_id: int | None = number(1, 2**62, required=True)


@dataclass
class BasicsForm:
    """The step of title and audience."""

    title: str = line(lengths.CAMPAIGN_TITLE)
    audience: Audience | None = choice(Audience)
    tagline: str = line(lengths.TAGLINE)
    opened: str = opened_field()


@dataclass
class FramingForm:
    """The step of the question and the reasons for it."""

    question: str = line(lengths.QUESTION)
    whys: list[str] = repeated(7, lengths.WHY)
    hopes: str = text(lengths.FRAMING)
    fears: str = text(lengths.FRAMING)
    beneficiaries: str = text(lengths.FRAMING)
    opened: str = opened_field()


@dataclass
class DetailsForm:
    """The step of the description and what else people read before they take part."""

    description: str = text()
    prize: str = line(lengths.PRIZE)
    topics: list[str] = separated(tidy_topics, 800)
    allows_pseudonyms: bool = checkbox()
    challenge_types: list[str] = separated(tidy_types, 800)
    legal_authority: str = line(lengths.LEGAL_AUTHORITY)
    fiscal_year: str = line(lengths.FISCAL_YEAR)
    entries_elsewhere: bool = checkbox()
    external_url: str = cleaned(tidy_link, most=lengths.LINK)
    timezone: str = line(60)
    opened: str = opened_field()


@dataclass
class WhyForm:
    """Why a published campaign is changed, for everyone to read; sent along with each step."""

    reason: str = line(lengths.NOTE)


FORMS: dict[str, type[BasicsForm | FramingForm | DetailsForm]] = {
    WizardStep.BASICS: BasicsForm,
    WizardStep.FRAMING: FramingForm,
    WizardStep.DETAILS: DetailsForm,
}


def field_names(kind: type[Any]) -> list[str]:
    """The names of the fields of a step's form, which are also those of the campaign."""
    return [field.name for field in fields(kind) if field.name != "opened"]


def stored_form(campaign: Campaign, kind: type[Any]) -> Form[Any]:
    """A step's form with what is stored, opened on that."""
    names = field_names(kind)
    form = prefilled(kind(**{name: getattr(campaign, name) for name in names}))
    return Form(form.values, {**form.typed, "opened": opened_on(form.typed, names)}, {})


def storable_values(form: Form[Any]) -> dict[str, Any]:
    """The values of the form that can be stored; one that cannot has an error in its field."""
    values = {name: getattr(form.values, name) for name in field_names(type(form.values))}
    if "timezone" in values and values["timezone"] not in known_zones():
        form.errors.setdefault("timezone", _("Choose a time zone from the list."))
    # Without a choice the audience stays as it is.
    return {
        name: value
        for name, value in values.items()
        if name not in form.errors and value is not None
    }
