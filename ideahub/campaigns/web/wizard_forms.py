"""The forms of the steps: what each asks for, how it is shown again, what of it can be kept."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

from ideahub.campaigns.checking import WizardStep
from ideahub.campaigns.drafting import tidy_topics
from ideahub.campaigns.local_time import known_zones
from ideahub.campaigns.models import Audience, Campaign, CampaignKind
from ideahub.core.i18n import _
from ideahub.core.refusals import Invalid
from ideahub.http.forms import Form, choice, fill, line, many, number, text, tick


@dataclass
class StartForm:
    """What to start, and where."""

    kind: CampaignKind | None = choice(CampaignKind, required=True)
    organisation_id: int | None = number(1, 2**62, required=True)


@dataclass
class BasicsForm:
    """The first step."""

    title: str = line(200)
    audience: Audience | None = choice(Audience)
    tagline: str = line(400)


@dataclass
class FramingForm:
    """The question and why it is asked."""

    question: str = line(300)
    whys: list[str] = many(7, 500)
    hopes: str = text(5_000)
    fears: str = text(5_000)
    beneficiaries: str = text(5_000)


@dataclass
class DetailsForm:
    """What people read before they take part."""

    description: str = text()
    prize: str = line(500)
    topics: str = line(800)
    allows_pseudonyms: bool = tick()
    timezone: str = line(60)


FORMS: dict[str, type[BasicsForm | FramingForm | DetailsForm]] = {
    WizardStep.BASICS: BasicsForm,
    WizardStep.FRAMING: FramingForm,
    WizardStep.DETAILS: DetailsForm,
}


def field_names(kind: type[Any]) -> list[str]:
    """What a step stores."""
    return [one.name for one in fields(kind)]


def stored_form(campaign: Campaign, kind: type[Any]) -> Form[Any]:
    """The form that shows what is stored."""
    shown: dict[str, Callable[[Any], list[str]]] = {
        "topics": lambda topics: [", ".join(topics)],
        "whys": list,
        "allows_pseudonyms": lambda yes: ["yes"] if yes else [],
    }
    sent = {}
    for one in fields(kind):
        value = getattr(campaign, one.name)
        sent[one.name] = shown.get(one.name, lambda some: [str(some)])(value)
    form = fill(kind, sent)
    form.errors.clear()
    return form


def usable(form: Form[Any]) -> dict[str, Any]:
    """What of the form can be kept; what cannot becomes an error of its field."""
    values = {one.name: getattr(form.values, one.name) for one in fields(form.values)}
    if "topics" in values and "topics" not in form.errors:
        try:
            values["topics"] = tidy_topics(values["topics"])
        except Invalid as problem:
            form.errors["topics"] = problem.reason
    if "timezone" in values and values["timezone"] not in known_zones():
        form.errors.setdefault("timezone", _("Choose a time zone from the list."))
    # Without a choice the audience stays as it is.
    return {
        name: value
        for name, value in values.items()
        if name not in form.errors and value is not None
    }
