"""The median time in microseconds in which one client is answered: roundtrip.py PORT COUNT KEY.

redis-benchmark tells no less than eight microseconds apart.
"""

import socket
import statistics
import sys
import time

port, count, key = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
request = f"*2\r\n$3\r\nGET\r\n${len(key)}\r\n{key}\r\n".encode()
client = socket.create_connection(("127.0.0.1", port))
client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
times = []
for _ in range(count):
    began = time.perf_counter_ns()
    client.send(request)
    # The answer is so short that it comes whole.
    if not client.recv(4096).startswith(b"$"):
        raise SystemExit("no value came")
    times.append(time.perf_counter_ns() - began)
print(statistics.median(times) / 1000)
