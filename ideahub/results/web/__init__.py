"""Handlers for results."""

from litestar.types import ControllerRouterHandler

from ideahub.results.web import (
    advancements,
    answers,
    appeals,
    awards,
    corrections,
    exports,
    letters,
    managing,
    meetings,
    own_results,
    payments,
    public,
    readings,
    rules,
)

ROUTES: list[ControllerRouterHandler] = [
    *managing.ROUTES,
    *public.ROUTES,
    *appeals.ROUTES,
    *corrections.ROUTES,
    *advancements.ROUTES,
    *awards.ROUTES,
    *payments.ROUTES,
    *answers.ROUTES,
    *own_results.ROUTES,
    *meetings.ROUTES,
    *exports.ROUTES,
    *letters.ROUTES,
    *rules.ROUTES,
    *readings.ROUTES,
]
