"""Handlers for answers to ideas."""

from litestar.types import ControllerRouterHandler

from ideahub.responses.web import (
    answer_lists,
    answering,
    batches,
    owners,
    reply_clock,
    reports,
    stand_ins,
    templates,
)

ROUTES: list[ControllerRouterHandler] = [
    *answering.ROUTES,
    *owners.ROUTES,
    *reports.ROUTES,
    *reply_clock.ROUTES,
    *answer_lists.ROUTES,
    *stand_ins.ROUTES,
    *batches.ROUTES,
    *templates.ROUTES,
]
