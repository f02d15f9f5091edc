"""A mail server on this computer that keeps what it is sent."""

import threading
from email import message_from_bytes, policy
from typing import Any

from aiosmtpd.smtp import Envelope

from assessor.mail import configured


class Mailbox:
    """What was sent, and the way to send it."""

    def __init__(self, port: int) -> None:
        post = configured({"ASSESSOR_SMTP": f"smtp://127.0.0.1:{port}", "ASSESSOR_SENDER": "tool@example.org"})
        assert post
        self.post = post
        self.envelopes: list[Envelope] = []
        self.came = threading.Event()
        self.refused: dict[str, str] = {}

    async def handle_RCPT(self, _s: Any, _session: Any, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802 - its name
        """Take what is not refused."""
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802 - its name
        """Keep a letter."""
        self.envelopes.append(envelope)
        self.came.set()
        return "250 OK"

    def letters(self) -> list[tuple[str, str]]:
        """Return to whom each letter went, and its words."""
        assert self.came.wait(10)
        return [(envelope.rcpt_tos[0], _words(envelope)) for envelope in self.envelopes]

    def text(self) -> str:
        """Return the last letter as it was sent."""
        assert self.came.wait(10)
        content = self.envelopes[-1].content
        assert isinstance(content, bytes)
        return content.decode()

    def empty(self) -> None:
        """Forget what came."""
        self.envelopes.clear()
        self.came.clear()


def _words(envelope: Envelope) -> str:
    assert isinstance(envelope.content, bytes)
    words: str = message_from_bytes(envelope.content, policy=policy.default).get_content()
    return words
