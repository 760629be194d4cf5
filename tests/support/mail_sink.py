"""A real mail server that keeps what it gets."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as policy
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class Sink:
    """A mail server that keeps what it gets, or refuses some."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.logins: list[tuple[bytes, bytes]] = []
        self.refuses = ""
        self.refusal = "550 5.1.1 no such mailbox here"
        self.refused_sender = ""

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Says whether it takes mail from this address."""
        if address == self.refused_sender:
            return "553 5.7.1 not yours"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        """Says whether it takes mail for this address."""
        if self.refuses and address.startswith(self.refuses):
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Takes a message."""
        self.envelopes.append(envelope)
        return "250 OK"

    def sign_in(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        """Lets in whoever knows the password."""
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login, data.password))
        # "Handled" would mean that the answer was sent already.
        right = data.password == b"pass word/1"
        return AuthResult(success=right, handled=right)

    @property
    def messages(self) -> list[EmailMessage]:
        """What was received."""
        found = []
        for envelope in self.envelopes:
            assert isinstance(envelope.content, bytes)
            found.append(message_from_bytes(envelope.content, policy=policy))
        return found


def text_of(message: EmailMessage) -> str:
    """The plain text of a message."""
    body = message.get_body(("plain",))
    assert body
    return str(body.get_content())


def html_of(message: EmailMessage) -> str:
    """The HTML of a message."""
    body = message.get_body(("html",))
    assert body
    return str(body.get_content())


def free_port() -> int:
    """A port where nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def mail_server(sink: Sink, **options: Any) -> Iterator[int]:
    """The port of a server that hands to the sink what it gets."""
    known: dict[str, Any] = {"authenticator": sink.sign_in, "auth_require_tls": False}
    controller = Controller(
        sink,
        hostname="127.0.0.1",
        port=free_port(),
        **(known | options),
    )
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()
