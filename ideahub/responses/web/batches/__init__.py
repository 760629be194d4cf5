"""Handlers for answering many ideas at once."""

from litestar.types import ControllerRouterHandler

from ideahub.responses.web.batches import choosing, looking, one_answer, sending, writing

ROUTES: list[ControllerRouterHandler] = [
    *choosing.ROUTES,
    *writing.ROUTES,
    *looking.ROUTES,
    *sending.ROUTES,
    *one_answer.ROUTES,
]
