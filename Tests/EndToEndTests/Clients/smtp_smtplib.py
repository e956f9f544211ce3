"""smtplib against an SMTP server, which speaks first."""

import smtplib
import sys
from urllib.parse import urlsplit

from transcript import Transcript

url = urlsplit(sys.argv[1])
seen = Transcript()


def ask(name, value):
    seen.add(name, 0, [], repr(value))


client = smtplib.SMTP(timeout=10, local_hostname="client.test")
ask("greeting", client.connect(url.hostname, url.port))
ask("ehlo", client.ehlo())
message = "Subject: hi\r\n\r\nHello\r\n.a dot\r\nwörld\r\n".encode()
ask("mail", client.sendmail("a@client.test", ["b@mail.test", "c@mail.test"], message))
ask("noop", client.noop())
ask("nonsense", client.docmd("NONSENSE"))
ask("quit", client.quit())
seen.show()
