"""Handlers for entries."""

from litestar.types import ControllerRouterHandler

from ideahub.entries.web import (
    beginning,
    building,
    entering,
    files,
    invitations,
    managing,
    on_behalf,
    pages,
    team,
)

ROUTES: list[ControllerRouterHandler] = [
    *pages.ROUTES,
    *beginning.ROUTES,
    *entering.ROUTES,
    *building.ROUTES,
    *managing.ROUTES,
    *on_behalf.ROUTES,
    *team.ROUTES,
    *invitations.ROUTES,
    *files.ROUTES,
]
