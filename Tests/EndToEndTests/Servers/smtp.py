"""aiosmtpd on a port of this machine, with nothing in its words that changes from run to run.

Usage: smtp.py PORT [PASSWORD]: with a password, AUTH takes it of every user."""

import signal
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


class Handler:
    async def handle_DATA(self, server, session, envelope):
        return f"250 OK {len(envelope.content)} bytes for {len(envelope.rcpt_tos)}"


def authenticate(server, session, envelope, mechanism, data):
    right = data.password.decode() == sys.argv[2]
    return AuthResult(success=right, handled=right)


login = {"authenticator": authenticate, "auth_require_tls": False} if len(sys.argv) > 2 else {}
controller = Controller(
    Handler(), hostname="127.0.0.1", port=int(sys.argv[1]), server_hostname="mail.test", ident="ESMTP", **login
)
controller.start()
signal.sigwait({signal.SIGTERM, signal.SIGINT})
