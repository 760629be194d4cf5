"""Handlers for the page on which one chooses what one is told by mail, and how often."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.local_time import offered_zones
from ideahub.core.i18n import _
from ideahub.core.telling import MessageKind
from ideahub.core.text.cleaning import clean_line
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, choice, line, number, prefilled, read_form
from ideahub.http.pages import AnyRequest, page, page_before, see_other
from ideahub.http.receiving import sent_form
from ideahub.http.requests import config_of
from ideahub.notifications.choices import Choices, choices_of
from ideahub.notifications.followed import own_among
from ideahub.notifications.labels import kind_hint, kind_name, rhythm_name, thing_kinds
from ideahub.notifications.models import Rhythm
from ideahub.notifications.wishing import choose, choose_times

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
HERE = "/notifications/choices"
THINGS = f"{HERE}/things"
OF_THING = "thing-"
MOST_THINGS = 100
LONGEST_ZONE, LONGEST_SEARCH = 64, 200


@dataclass
class ChoicesForm:
    """How mail comes of each kind, and when digests come; `timezone` is empty for the site's."""

    duty: Rhythm | None = choice(Rhythm)
    own: Rhythm | None = choice(Rhythm)
    outcome: Rhythm | None = choice(Rhythm)
    activity: Rhythm | None = choice(Rhythm)
    news: Rhythm | None = choice(Rhythm)
    hour: int = number(0, 23, required=True)
    weekday: int = number(0, 6, required=True)
    timezone: str = line(LONGEST_ZONE)


@get(HERE)
async def show(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    after: FromQuery[str] = "",
    q: FromQuery[str] = "",
) -> Response[bytes]:
    """What the viewer is told by mail, and of what: the things that they follow come by pages, and
    are found by their titles."""
    viewer.must_sign_in()
    searched = clean_line(q[:LONGEST_SEARCH])
    found = await choices_of(db, viewer, config_of(request).timezone, after, searched)
    return choices_page(request, viewer, found, chosen_form(found), searched=searched)


def chosen_form(found: Choices) -> Form[ChoicesForm]:
    """The form as it was chosen."""
    chosen = ChoicesForm(hour=found.hour, weekday=found.weekday, timezone=found.timezone)
    for kind, rhythm in found.kinds.items():
        setattr(chosen, kind.value, rhythm)
    return prefilled(chosen)


@post(HERE)
async def change(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[Any]:
    """Saves what the viewer chose."""
    person = viewer.person_id
    form = await read_form(request, ChoicesForm)
    found = await choices_of(db, viewer, config_of(request).timezone)
    values = form.values
    if form.ok:
        async with form.attempt(db):
            await choose_times(
                db, person, timezone=values.timezone, hour=values.hour, weekday=values.weekday
            )
            await choose(db, person, _kinds(values, found), {})
    if not form.ok:
        return choices_page(request, viewer, found, form)
    return see_other(HERE, _("Saved."))


def _kinds(values: ChoicesForm, found: Choices) -> dict[MessageKind, Rhythm]:
    """What was chosen otherwise than it is."""
    chosen = {kind: getattr(values, kind.value) for kind in MessageKind}
    return {kind: how for kind, how in chosen.items() if how and how != found.kinds[kind]}


@post(THINGS)
async def change_things(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[Any]:
    """Saves what the viewer chose for single things; nothing for what is not theirs."""
    person = viewer.person_id
    known: dict[str, Rhythm | None] = {rhythm.value: rhythm for rhythm in Rhythm}
    known[""] = None
    sent = {
        name.removeprefix(OF_THING): known[str(value)]
        for name, value in sent_form(request).items()
        if name.startswith(OF_THING) and str(value) in known
    }
    own = await own_among(db, viewer, list(sent)[:MOST_THINGS])
    await choose(db, person, {}, {key: sent[key] for key in sorted(own)})
    before = page_before(request)
    return see_other(before if before.partition("?")[0] == HERE else HERE, _("Saved."))


def choices_page(
    request: AnyRequest,
    viewer: Viewer,
    found: Choices,
    form: Form[ChoicesForm],
    *,
    searched: str = "",
    arrived: Form[Any] | None = None,
) -> Response[bytes]:
    """The page of choices; `arrived` is the form for a code that proves the address again."""
    return page(
        request,
        viewer,
        "notifications/choices.html",
        status=(arrived or form).status,
        form=form,
        arrived=arrived,
        found=found,
        searched=searched,
        kinds=[(kind.value, kind_name(kind), kind_hint(kind)) for kind in MessageKind],
        rhythms=[(rhythm.value, rhythm_name(rhythm)) for rhythm in Rhythm],
        hours=[(hour, f"{hour:02}:00") for hour in range(24)],
        weekdays=list(enumerate(_weekdays())),
        zones=[(zone, zone) for zone in offered_zones()],
        thing_kinds=thing_kinds(),
        later="after" in request.query_params,
    )


def _weekdays() -> list[str]:
    days = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"))
    return [*days, _("Saturday"), _("Sunday")]


ROUTES: list[ControllerRouterHandler] = [show, change, change_things]
