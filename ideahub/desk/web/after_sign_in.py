"""What people sign in for to decide on an idea."""

from ideahub.http.after_sign_in import AfterSignIn

DECISION = "/ideas/{}/decision"
AFTER_SIGN_IN = (AfterSignIn(address=DECISION, place=DECISION),)
