"""The handlers of judging, by what is done with them."""

from litestar.types import ControllerRouterHandler

from ideahub.judging.web import (
    assignment,
    conflicts,
    criteria,
    expertise,
    invitations,
    judges,
    panels,
    peers,
    queues,
    recusals,
    samples,
    scorecards,
    unblindings,
)

ROUTES: list[ControllerRouterHandler] = [
    *panels.ROUTES,
    *criteria.ROUTES,
    *judges.ROUTES,
    *assignment.ROUTES,
    *invitations.ROUTES,
    *conflicts.ROUTES,
    *queues.ROUTES,
    *peers.ROUTES,
    *expertise.ROUTES,
    *scorecards.ROUTES,
    *recusals.ROUTES,
    *samples.ROUTES,
    *unblindings.ROUTES,
]
