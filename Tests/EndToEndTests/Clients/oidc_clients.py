"""Signs users and programs in with an OpenID Connect issuer by unmodified libraries: PyJWT, joserfc, Authlib, oauthlib.

Prints a line for each step: its name and what came of it.
Usage: oidc_clients.py URL ALGORITHM [SECRET]
"""

import os
import sys

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

import httpx
import jwt
import requests
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwk
from joserfc import jwt as joserfc_jwt
from oauthlib.oauth2 import BackendApplicationClient, LegacyApplicationClient
from requests_oauthlib import OAuth2Session

url, algorithm = sys.argv[1:3]
secret = sys.argv[3] if len(sys.argv) > 3 else None
discovered = requests.get(f"{url}/.well-known/openid-configuration").json()
redirect = "http://127.0.0.1:9/callback"


def show(name, *values):
    print(name, *values, flush=True)


def refusal(name, call):
    try:
        show(name, "ACCEPTED", call())
    except Exception as error:
        show(name, type(error).__name__)


def key_of(token):
    if secret:
        return secret
    return jwt.PyJWKClient(discovered["jwks_uri"]).get_signing_key_from_jwt(token).key


def claims(token, audience, issuer=url, **more):
    return jwt.decode(token, key_of(token), algorithms=[algorithm], audience=audience, issuer=issuer, **more)


show("issuer", discovered["issuer"] == url)

# A program for itself, by oauthlib.
session = OAuth2Session(client=BackendApplicationClient("job", scope=["read"]))
token = session.fetch_token(discovered["token_endpoint"], client_id="job", client_secret="job-secret", scope=["read"])
read = claims(token["access_token"], "orders")
show("client_credentials", read["sub"], read["aud"], read["scope"], read["role"], read["exp"] - read["iat"])

# A user by name and password, by oauthlib.
session = OAuth2Session(client=LegacyApplicationClient("web"))
token = session.fetch_token(
    discovered["token_endpoint"], username="ada", password="lovelace", client_id="web", client_secret="web secret+1",
    scope=["openid", "email"],
)
show("password", claims(token["id_token"], "web")["sub"])
show("userinfo", session.get(discovered["userinfo_endpoint"]).json())
wrong = OAuth2Session(client=LegacyApplicationClient("web"))
refusal("wrong_password", lambda: wrong.fetch_token(
    discovered["token_endpoint"], username="ada", password="x", client_id="web", client_secret="web secret+1"))

# A user through a browser, by Authlib, with PKCE.
client = OAuth2Client(
    "web", "web secret+1", scope="openid profile offline_access", redirect_uri=redirect, code_challenge_method="S256",
    token_endpoint=discovered["token_endpoint"],
)
verifier = "v" * 64
place, state = client.create_authorization_url(
    discovered["authorization_endpoint"], code_verifier=verifier, nonce="n-1", login_hint="bob")
back = requests.get(place, allow_redirects=False).headers["Location"]
show("redirect", back.startswith(redirect + "?"), f"state={state}" in back)
token = client.fetch_token(authorization_response=back, code_verifier=verifier, state=state)
if secret:
    keys = jwk.OctKey.import_key(secret)
else:
    keys = jwk.KeySet.import_key_set(requests.get(discovered["jwks_uri"]).json())
read = joserfc_jwt.decode(token["id_token"], keys, algorithms=[algorithm]).claims
joserfc_jwt.JWTClaimsRegistry(
    iss={"essential": True, "value": url}, aud={"essential": True, "value": "web"},
    nonce={"essential": True, "value": "n-1"}).validate(read)
show("authorization_code", read["sub"], read["nonce"], read["name"], "email" in read)
show("userinfo", client.get(discovered["userinfo_endpoint"]).json())
fresh = client.refresh_token(discovered["token_endpoint"], refresh_token=token["refresh_token"])
show("refresh_token", fresh["access_token"] != token["access_token"])
refusal("code_twice", lambda: client.fetch_token(
    discovered["token_endpoint"], authorization_response=back, code_verifier=verifier, state=state))
show("taken_back", client.get(discovered["userinfo_endpoint"]).status_code)

# What a service has to refuse.
token = session.token["access_token"]
refusal("other_issuer", lambda: claims(token, "orders", issuer="https://elsewhere.example"))
refusal("other_audience", lambda: claims(token, "payments"))
refusal("tampered", lambda: claims(token[:-8] + "AAAAAAAA", "orders"))
refusal("other_algorithm", lambda: jwt.decode(token, key_of(token), algorithms=["PS256"], audience="orders"))

# Over HTTP/2 where it is spoken.
answer = httpx.Client(http2=True).get(f"{url}/.well-known/jwks.json")
show("jwks", answer.http_version, sorted(key["alg"] for key in answer.json()["keys"]))
unknown = requests.get(f"{url}/elsewhere")
show("unknown", unknown.status_code, unknown.headers["X-Mockrec"])
