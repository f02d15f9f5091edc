"""Mail through the server that the settings name. The only door to smtplib."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from assessor.errors import AssessorError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from urllib.parse import SplitResult

SERVER, SENDER = "ASSESSOR_SMTP", "ASSESSOR_SENDER"
PORTS = {"smtp": 587, "smtps": 465}
PATIENCE = 20


class MailError(AssessorError):
    """A mail could not be sent, or the settings for it are wrong; `final` where trying again is of no use."""

    def __init__(self, sentence: str, *, final: bool = False) -> None:
        self.final = final
        super().__init__(sentence)


@dataclass(frozen=True, kw_only=True)
class Post:
    """A mail server, and in whose name it sends; `secure` means encrypted from the first byte.

    `ca` is a file of the certificates that it is trusted by, besides those that this computer trusts.
    """

    host: str
    port: int
    secure: bool
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    ca: str = ""

    def send(self, *, to: str, subject: str, text: str) -> None:
        """Send a mail; raise MailError where the server does not take it."""
        try:
            with self._connected() as server:
                self._sign_in(server)
                server.send_message(self._message(to, subject, text))
        except (OSError, smtplib.SMTPException, ValueError) as error:
            sentence = f"The mail server {self.host} did not take a mail ({_reason(error)})."
            raise MailError(sentence, final=_refused(error)) from error

    def _connected(self) -> smtplib.SMTP:
        if self.secure:
            return smtplib.SMTP_SSL(self.host, self.port, timeout=PATIENCE, context=self._trusted())
        return smtplib.SMTP(self.host, self.port, timeout=PATIENCE)

    def _sign_in(self, server: smtplib.SMTP) -> None:
        """Encrypt where the server can, and give the password to no server in clear."""
        server.ehlo()
        if not self.secure and server.has_extn("starttls"):
            server.starttls(context=self._trusted())
        elif not self.secure and self.user:
            raise MailError(f"The mail server {self.host} offers no encryption, so it is not given the password.")
        if self.user:
            server.login(self.user, self.password)

    def _trusted(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self.ca:
            context.load_verify_locations(self.ca)
        return context

    def _message(self, to: str, subject: str, text: str) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, to, subject
        message.set_content(text)
        return message


def configured(settings: Mapping[str, str]) -> Post | None:
    """Return the mail server that the settings name, None where they name none; raise MailError where they are wrong.

    The server is `smtp://user:password@host:port` or `smtps://...`; user, password and port may be left out. Behind it
    `?ca=FILE` may name the certificates of a server that nobody else vouches for.
    """
    address, sender = settings.get(SERVER, ""), settings.get(SENDER, "")
    if not address:
        return None
    if "@" not in sender:
        raise MailError(f"{SENDER} must hold the mail address to send from, because {SERVER} names a mail server.")
    parts, port = _split(address)
    return Post(
        host=parts.hostname or "",
        port=port,
        secure=parts.scheme == "smtps",
        sender=sender,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        ca=parse_qs(parts.query).get("ca", [""])[-1],
    )


def _refused(error: Exception) -> bool:
    """Tell whether a server said for good that it takes no mail for the address."""
    return isinstance(error, smtplib.SMTPRecipientsRefused) and all(n >= 500 for n, _ in error.recipients.values())


def _reason(error: Exception) -> str:
    """Return what went wrong, without the address: it would stand in the log who has not answered yet."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return str(error)
    return "; ".join(f"{code} for an address" for code, _ in error.recipients.values())


def _split(address: str) -> tuple[SplitResult, int]:
    """Return the parts of a server's address and its port; the sentence about a wrong one never repeats it."""
    try:
        parts = urlsplit(address)
        port = parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError):
        parts, port = urlsplit(""), 0
    if not parts.hostname:
        raise MailError(f"{SERVER} must look like smtp://user:password@host:port, or begin with smtps://.")
    return parts, port
