"""Deeds for which somebody has to have proved just now who they are.

A session may be used by somebody else: a laptop left open, a stolen cookie. So what gives power or
takes data away needs a proof that is at most ten minutes old. A handler says so by its option:
`@post("…", opt=NEEDS_PROOF)`.
"""

from datetime import timedelta

from ideahub.core.i18n import _
from ideahub.core.refusals import ProofNeeded
from ideahub.http.pages import AnyRequest
from ideahub.http.requests import viewer_now

FRESH = timedelta(minutes=10)
OPTION = "needs_proof"
NEEDS_PROOF = {OPTION: True}


async def must_have_proved(request: AnyRequest) -> None:
    """Raises ProofNeeded where the handler needs a proof, and the viewer gave none just now. A
    stranger is asked to sign in by the handler itself."""
    if not request.route_handler.opt.get(OPTION):
        return
    # Kept for the handler, which would look for the same viewer again.
    viewer = request.state.found_viewer = await viewer_now(request)
    if viewer.signed_in and not viewer.has_proved(FRESH):
        raise ProofNeeded(_("Prove once more that it is you. Then you go on where you were."))
