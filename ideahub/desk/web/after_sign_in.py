"""What people sign in for to decide on an idea, or to answer it."""

from ideahub.http.after_sign_in import AfterSignIn

DECISION, ANSWER = "/ideas/{}/decision", "/ideas/{}/response/brief"
AFTER_SIGN_IN = tuple(AfterSignIn(address=one, place=one) for one in (DECISION, ANSWER))
