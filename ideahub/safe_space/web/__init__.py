"""The handlers of the safe space."""

from litestar.types import ControllerRouterHandler

from ideahub.safe_space.web import ideas, managing, names, people, saying

ROUTES: list[ControllerRouterHandler] = [
    *managing.ROUTES,
    *people.ROUTES,
    *names.ROUTES,
    *saying.ROUTES,
    *ideas.ROUTES,
]
