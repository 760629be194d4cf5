"""Where people come back to who were signed out while they wrote about an experiment."""

from ideahub.http.after_sign_in import AfterSignIn

AFTER_SIGN_IN = (AfterSignIn(address="/experiments/{}/readings", place="/experiments/{}"),)
