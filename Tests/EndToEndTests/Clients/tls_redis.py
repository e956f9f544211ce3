"""Asks a Redis over TLS by redis-py, whose certificate authority is in the environment.

Usage: tls_redis.py URL
"""

import os
import sys

import redis

client = redis.Redis.from_url(sys.argv[1], ssl_ca_certs=os.environ["SSL_CERT_FILE"], decode_responses=True)
print(client.set("greeting", "hello"), client.get("greeting"), client.pipeline().get("greeting").get("none").execute())
