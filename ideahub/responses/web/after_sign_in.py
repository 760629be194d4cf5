"""What people sign in for to answer an idea, or to say something about its answer."""

from ideahub.http.after_sign_in import AfterSignIn

PAGE = "/ideas/{}/response"
STEPS = ("reports", "handovers", "owners")
AFTER_SIGN_IN = (
    AfterSignIn(address=PAGE),
    *(AfterSignIn(address=f"{PAGE}/{step}", place=PAGE) for step in STEPS),
)
