"""Calls that a gRPC client seldom makes, one after the other: `retry`, with a policy that has it ask again; `trailer`;
`echo`; `odd`, what is no call at all, over HTTP/2 as it is; `secrets`, by the types of `secrets.binpb`, a long message among them.

    grpc_bare.py TARGET CALL...
"""

import json
import socket
import sys

import grpc
import h2.config
import h2.connection
import h2.events
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

POLICY = json.dumps({
    "methodConfig": [{
        "name": [{}],
        "retryPolicy": {
            "maxAttempts": 4, "initialBackoff": "0.01s", "maxBackoff": "0.01s", "backoffMultiplier": 1,
            "retryableStatusCodes": ["UNAVAILABLE"],
        },
    }]
})
TARGET = sys.argv[1].removeprefix("grpc://")


def call(method, message=b"\x0a\x01x", **options):
    try:
        answer, made = channel.unary_unary(f"/x.S/{method}").with_call(message, timeout=30, **options)
        return answer, made.trailing_metadata()
    except grpc.RpcError as error:
        return error.code().name, error.details()


def retry():
    print("retry:", call("Retry")[0])


def trailer():
    answer, metadata = call("Trailer")
    print("trailer:", answer, [tuple(pair) for pair in metadata])


def echo():
    print("echo:", call("Echo")[0])


def odd():
    """One connection each: its status of HTTP and of gRPC."""
    common = {":method": "POST", ":path": "/x.S/Echo", "content-type": "application/grpc", "te": "trailers"}
    for change in [
        {":path": "/"}, {":path": "/x.S/Echo/more"}, {":method": "GET"}, {":method": "PUT"},
        {"content-type": "application/json"}, {"grpc-timeout": "abc"}, {"grpc-timeout": "20S"},
    ]:
        host, port = TARGET.rsplit(":", 1)
        with socket.create_connection((host, int(port)), timeout=10) as peer:
            link = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
            link.initiate_connection()
            fields = {":scheme": "http", ":authority": TARGET} | common | change
            ordered = sorted(fields.items(), key=lambda field: not field[0].startswith(":"))
            link.send_headers(1, ordered)
            link.send_data(1, b"\0\0\0\0\0", end_stream=True)
            peer.sendall(link.data_to_send())
            heard = {}
            done = False
            while not done:
                for event in link.receive_data(peer.recv(65536)):
                    if isinstance(event, (h2.events.ResponseReceived, h2.events.TrailersReceived)):
                        heard |= dict(event.headers)
                    done = done or isinstance(event, (h2.events.StreamEnded, h2.events.StreamReset))
                peer.sendall(link.data_to_send())
        print("odd:", change, heard.get(":status"), heard.get("grpc-status"))


def secrets():
    with open("secrets.binpb", "rb") as file:
        files = descriptor_pb2.FileDescriptorSet.FromString(file.read())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    login = message_factory.GetMessageClass(pool.FindMessageTypeByName("x.Login"))
    messages = {
        "text": login(user="a", password="SECRET1"), "bytes": login(user="b", access_token=b"SECRET2"),
        "number": login(user="c", secret=777001777), "fraction": login(user="d", private_key=1.5),
        "long": login(user="e" * 2_000_000, password="SECRET3"),
    }
    sent = {name: message.SerializeToString() for name, message in messages.items()}
    sent["twice"] = sent["text"] * 2
    sent["cut"] = sent["text"] + b"\x12\x7fSECRET4"
    for name, message in sent.items():
        answer, _ = call("Echo", message, metadata=[("password-bin", b"SECRET5")])
        print("secrets:", name, "answered" if isinstance(answer, bytes) else answer)


with grpc.insecure_channel(
    TARGET, options=[("grpc.service_config", POLICY), ("grpc.max_receive_message_length", -1)]
) as channel:
    for name in sys.argv[2:]:
        globals()[name]()
