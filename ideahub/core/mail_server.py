"""Reads IDEAHUB_SMTP_URL, and tries the mail server that it names."""

import asyncio
from email.utils import parseaddr
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiosmtplib

from ideahub.core.server_address import HOW_TO_WRITE, Misconfigured, server_address

SETTING = "IDEAHUB_SMTP_URL"
SECONDS_TO_TRY = 5.0
FAULTS = (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError)
# Where servers begin with TLS, and where they begin without it.
TLS_PORT, PLAIN_PORT = 465, 587
# What the client says that a server does not offer → what to do about it.
MISSING = {
    "STARTTLS extension not supported": (
        "offers no STARTTLS, and without it the password would be sent in the open: use smtps:// "
        "where it begins with TLS, or ?starttls=no in a network of your own"
    ),
    "AUTH extension is not supported": (
        "lets nobody sign in here: leave name and password out, or use its other port"
    ),
}


def mail_server(url: str) -> dict[str, Any]:
    """The SMTP client's parameters; raises Misconfigured."""
    address = server_address(SETTING, url)
    try:
        parts = urlsplit(f"{address.scheme}://{address.place}")
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), 0
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or port == 0:
        raise Misconfigured(
            f"{SETTING} must look like smtp://name:password@host:587; in the name and password, "
            f"{HOW_TO_WRITE}"
        )
    server: dict[str, Any] = {"hostname": parts.hostname}
    if address.name:
        server |= {"username": address.name, "password": address.password or ""}
    if parts.scheme == "smtps":
        return server | {"port": port or TLS_PORT, "use_tls": True}
    return server | {"port": port or PLAIN_PORT, "start_tls": _starts_tls(parts.query, server)}


def _starts_tls(query: str, server: dict[str, Any]) -> bool | None:
    """What `?starttls=yes` or `no` says. Without it: yes where there is a password, else where
    the server offers it."""
    told = parse_qs(query).get("starttls", [""])[0].lower()
    known: dict[str, bool | None] = {
        **dict.fromkeys(("1", "yes", "true", "always"), True),
        **dict.fromkeys(("0", "no", "false", "never"), False),
        "": True if "username" in server else None,
    }
    if told not in known:
        raise Misconfigured(f"{SETTING}: starttls must be yes or no")
    return known[told]


async def try_mail_server(url: str, mail_from: str) -> str:
    """Connects, signs in and names the sender, as for sending a mail, and sends none; returns a
    sentence on what was found.

    Raises Misconfigured with what is wrong and what to do.
    """
    server = mail_server(url)
    sender = parseaddr(mail_from)[1]
    place = f"{server['hostname']}:{server['port']}"
    client = aiosmtplib.SMTP(**server, timeout=SECONDS_TO_TRY)
    try:
        async with asyncio.timeout(2 * SECONDS_TO_TRY), client:
            await client.mail(sender)
            await client.rset()
    except FAULTS as fault:
        raise Misconfigured(_what_is_wrong(fault, server, place, sender)) from None
    signed_in = f", signed in as {server['username']}" if "username" in server else ""
    return f"{place} takes mail from {sender}{signed_in}"


def _what_is_wrong(fault: Exception, server: dict[str, Any], place: str, sender: str) -> str:
    answered = isinstance(fault, aiosmtplib.SMTPResponseException)
    words = f"{fault.code} {fault.message}" if answered else str(fault)  # type: ignore[attr-defined]
    said = " ".join(words.split())[:200] or type(fault).__name__
    if isinstance(fault, aiosmtplib.SMTPAuthenticationError):
        return (
            f"{place} does not let {server['username']} in with this password ({said}). In "
            f"{SETTING}, {HOW_TO_WRITE} in the name and password."
        )
    if isinstance(fault, aiosmtplib.SMTPSenderRefused):
        return f"{place} takes no mail from {sender}: set IDEAHUB_MAIL_FROM ({said})"
    for missing, what_to_do in MISSING.items():
        if missing in said:
            return f"{place} {what_to_do}"
    if isinstance(fault, OSError | TimeoutError):
        return f"nothing answers at {place} as a mail server does: {said}.{_other_scheme(server)}"
    return f"{place} does not take mail from {sender}: {said}"


def _other_scheme(server: dict[str, Any]) -> str:
    if server["port"] == TLS_PORT and not server.get("use_tls"):
        return " Servers at port 465 begin with TLS: write smtps:// instead of smtp://."
    if server["port"] != TLS_PORT and server.get("use_tls"):
        return " Servers at other ports than 465 mostly begin without TLS: write smtp://."
    return ""
