"""Where people come back to who were signed out while they wrote about a gate or experiment."""

from ideahub.http.after_sign_in import AfterSignIn

AFTER_SIGN_IN = (
    AfterSignIn(address="/ideas/{}/review", place="/ideas/{}/review"),
    AfterSignIn(address="/experiments/{}/readings", place="/experiments/{}"),
)
