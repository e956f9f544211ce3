"""What redis-py and valkey-py are asked to do alike: a session in both versions of RESP."""

from transcript import Transcript, base_url

URL = base_url()


def play(connect, error):
    """`connect` makes a client of a URL, `error` is what its library raises."""
    seen = Transcript()
    for version in (2, 3):
        _session(connect, error, version, lambda name, value: seen.add(f"resp{version} {name}", 0, [], repr(value)))
    seen.show()


def _session(connect, error, version, note):
    def failure(ask):
        try:
            return ask()
        except error as problem:
            return f"{type(problem).__name__}: {problem}"

    client = connect(URL, protocol=version)
    key = f"v{version}"
    note("set", client.set(f"{key}:user:1", "alice", ex=600))
    note("get", client.get(f"{key}:user:1"))
    note("missing", client.get(f"{key}:none"))
    note("hset", client.hset(f"{key}:h", mapping={"name": "alice", "age": "30"}))
    note("hgetall", client.hgetall(f"{key}:h"))
    note("incr", [client.incr(f"{key}:n") for _ in range(3)])
    note("wrong type", failure(lambda: client.lpush(f"{key}:user:1", "x")))
    note("unknown", failure(lambda: client.execute_command("NOSUCH", "x")))
    note("binary", client.set(f"{key}:bin", bytes(range(256))))
    note("binary back", client.get(f"{key}:bin"))
    note("quotes", client.set(f"{key}:q", 'he said "hi" # {{x}} \\ \n'))
    note("quotes back", client.get(f"{key}:q"))
    note("zadd", client.zadd(f"{key}:z", {"a": 1.5, "b": 2}))
    note("zrange", client.zrange(f"{key}:z", 0, -1, withscores=True))
    with client.pipeline(transaction=True) as pipe:
        note("transaction", pipe.set(f"{key}:t", "1").incr(f"{key}:t").get(f"{key}:t").execute())
    with client.pipeline(transaction=False) as pipe:
        for _ in range(50):
            pipe.get(f"{key}:user:1")
        note("pipeline", pipe.execute())
    note("blocking, in vain", client.blpop(f"{key}:l", timeout=1))
    note("rpush", client.rpush(f"{key}:l", "x"))
    note("blocking", client.blpop(f"{key}:l", timeout=5))
    note("big", client.set(f"{key}:big", "x" * 3_000_000))
    note("big back", len(client.get(f"{key}:big")))
    listener = client.pubsub()
    listener.subscribe("news")
    note("subscribed", listener.get_message(timeout=5))
    note("published", client.publish("news", "hello"))
    note("message", listener.get_message(timeout=5))
    listener.close()
    other = connect(URL, db=3, protocol=version)
    note("other database", [other.set(key, "in 3"), other.get(key), client.get(key)])
    other.close()
    client.close()
