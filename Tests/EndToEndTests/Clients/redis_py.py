"""A session with redis-py. Usage: redis_py.py redis://HOST:PORT"""

import redis

from redis_session import play

play(redis.Redis.from_url, redis.RedisError)
