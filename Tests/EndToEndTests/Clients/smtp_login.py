"""smtplib logs in to an SMTP server in every way it knows. Usage: smtp_login.py tcp://HOST:PORT USER PASSWORD"""

import smtplib
import sys
from urllib.parse import urlsplit

from transcript import Transcript

url = urlsplit(sys.argv[1])
seen = Transcript()


def session(name, mechanism, password, initial):
    with smtplib.SMTP(url.hostname, url.port, timeout=20, local_hostname="client.test") as client:
        client.ehlo()
        client.user, client.password = sys.argv[2], password
        try:
            answer = client.auth(mechanism, getattr(client, f"auth_{mechanism.lower()}"), initial_response_ok=initial)
        except smtplib.SMTPAuthenticationError as error:
            answer = (error.smtp_code, error.smtp_error)
        seen.add(name, 0, [], repr(answer))
        seen.add(f"{name}, then", 0, [], repr(client.docmd("XTOKEN", f"id={password}")))
        seen.add(f"{name}, and", 0, [], repr(client.noop()))


session("plain", "PLAIN", sys.argv[3], True)
session("plain in two lines", "PLAIN", sys.argv[3], False)
session("login", "LOGIN", sys.argv[3], True)
session("login in three lines", "LOGIN", sys.argv[3], False)
session("wrong", "LOGIN", sys.argv[3] + "-wrong", False)
seen.show()
