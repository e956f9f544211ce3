"""Reads tokens of a mock by unmodified libraries, which get its keys by their URL: PyJWT and joserfc."""

import os

import jwt
import requests
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import KeySet, OctKey

url = os.environ["CASSETTE_URL"]
secret = os.environ["MOCK_SECRET"]
keys = requests.get(f"{url}/.well-known/jwks.json").json()


def show(name, *values):
    print(f"{name}:", *values, flush=True)


def refusal(name, call):
    try:
        show(name, "ACCEPTED", call())
    except Exception as error:
        show(name, type(error).__name__)


def token(algorithm):
    form = {"client_id": "ada", "scope": "read write", "role": "admin", "alg": algorithm}
    reply = requests.post(f"{url}/token", data=form, headers={"X-Tenant": 'say "hi"'})
    return reply.json()["access_token"]


def read(text, algorithm, audience="orders"):
    key = jwt.PyJWKClient(f"{url}/.well-known/jwks.json").get_signing_key_from_jwt(text).key
    return jwt.decode(text, key, algorithms=[algorithm], audience=audience, issuer=url)


for algorithm in ["RS256", "ES256", "EdDSA"]:
    signed = token(algorithm)
    claims = read(signed, algorithm)
    times = claims.pop("exp") - claims.pop("iat")
    claims["iss"] = claims["iss"] == url
    show(algorithm, times, claims)
    show(f"{algorithm} joserfc", joserfc_jwt.decode(signed, KeySet.import_key_set(keys), algorithms=[algorithm]).claims["sub"])
    head, body, signature = signed.split(".")
    other = "B" if signature[0] == "A" else "A"
    refusal(f"{algorithm} tampered", lambda: read(f"{head}.{body}.{other}{signature[1:]}", algorithm))
    refusal(f"{algorithm} other audience", lambda: read(signed, algorithm, "bills"))
refusal("other algorithm", lambda: read(token("RS256"), "ES256"))
expired = requests.get(f"{url}/expired").text
refusal("expired", lambda: read(expired, "RS256"))
shared = requests.get(f"{url}/shared").headers["X-Token"]
show("HS256", jwt.decode(shared, secret, algorithms=["HS256"], audience="orders")["sub"])
refusal("HS256 with another secret", lambda: jwt.decode(shared, "x" * 32, algorithms=["HS256"], audience="orders"))
show("HS256 joserfc", joserfc_jwt.decode(shared, OctKey.import_key(secret), algorithms=["HS256"]).claims["sub"])
show("keys", sorted(key["kty"] for key in keys["keys"]), secret in str(keys))
with open("tokens.txt", "w") as file:
    file.write("\n".join([token("RS256"), shared, expired]))
