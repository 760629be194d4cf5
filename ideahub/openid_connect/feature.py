"""The feature of OpenID Connect: staff sign in where they sign in at work."""

from ideahub.feature import Feature
from ideahub.openid_connect.group_roles import end_unused_roles
from ideahub.openid_connect.logging_out import forget_id_tokens, forget_logout_tokens
from ideahub.openid_connect.starting import forget_sign_ins
from ideahub.openid_connect.web import ROUTES
from ideahub.openid_connect.web.logging_out import page_after
from ideahub.openid_connect.web.parts import PARTS

FEATURE = Feature(
    name="openid_connect",
    routes=ROUTES,
    parts=PARTS,
    after_sign_out=(page_after,),
    seldom=(forget_sign_ins, forget_logout_tokens, forget_id_tokens, end_unused_roles),
)
