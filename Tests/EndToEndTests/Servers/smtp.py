"""aiosmtpd on a port of this machine, with nothing in its words that changes from run to run."""

import signal
import sys

from aiosmtpd.controller import Controller


class Handler:
    async def handle_DATA(self, server, session, envelope):
        return f"250 OK {len(envelope.content)} bytes for {len(envelope.rcpt_tos)}"


controller = Controller(
    Handler(), hostname="127.0.0.1", port=int(sys.argv[1]), server_hostname="mail.test", ident="ESMTP"
)
controller.start()
signal.sigwait({signal.SIGTERM, signal.SIGINT})
