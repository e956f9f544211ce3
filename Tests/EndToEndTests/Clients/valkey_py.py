"""A session with valkey-py. Usage: valkey_py.py redis://HOST:PORT"""

import valkey

from redis_session import play

play(valkey.Valkey.from_url, valkey.ValkeyError)
