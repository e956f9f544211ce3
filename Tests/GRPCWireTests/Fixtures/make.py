"""Asks the servicers of grpcio and writes down what they answer.

    python -m venv venv && venv/bin/pip install grpcio-reflection grpcio-health-checking
    venv/bin/python make.py            # writes reflection.json and health.json beside itself

All bytes are base64. Made with grpcio, grpcio-reflection and grpcio-health-checking 1.85.1, protobuf 7.36.2.
"""

import base64
import json
import os
import pathlib
from concurrent import futures

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection, reflection_pb2

import shop

HERE = pathlib.Path(__file__).parent
Request = reflection_pb2.ServerReflectionRequest
Response = reflection_pb2.ServerReflectionResponse
NOT_FOUND = 5


def text(data):
    return base64.b64encode(data).decode()


def code(call):
    return call.code().value[0]


def dialogue(channel, messages):
    """What comes back on one stream, and how it ends."""
    path = f"/{reflection.SERVICE_NAME}/ServerReflectionInfo"
    call = channel.stream_stream(path)(iter(messages))
    replies = []
    try:
        for reply in call:
            replies.append(reply)
    except grpc.RpcError:
        pass
    return {
        "messages": [text(m) for m in messages],
        "replies": [text(r) for r in replies],
        "status": code(call),
        "details": call.details() or "",
    }


def files_of(channel, request):
    """The names of the files of an answer, in order; None for NOT_FOUND."""
    reply = Response.FromString(base64.b64decode(dialogue(channel, [request.SerializeToString()])["replies"][0]))
    assert reply.original_request == request
    if reply.HasField("error_response"):
        assert reply.error_response.error_code == NOT_FOUND
        return None
    files = reply.file_descriptor_response.file_descriptor_proto
    names = [descriptor_pb2.FileDescriptorProto.FromString(f).name for f in files]
    assert all(f in shop.SERIALIZED.values() for f in files)
    return names


def make_reflection():
    pool = descriptor_pool.DescriptorPool()
    for data in shop.SERIALIZED.values():
        pool.AddSerializedFile(data)
    server = grpc.server(futures.ThreadPoolExecutor(2))
    own = [f"grpc.reflection.{version}.ServerReflection" for version in ["v1", "v1alpha"]]
    reflection.enable_server_reflection(shop.SERVICES + own, server, pool)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    channel = grpc.insecure_channel(f"127.0.0.1:{port}")

    requests = {"the list of services": Request(list_services="*"), "a host": Request(host="h", list_services="")}
    for name in [*shop.SERIALIZED, "nope.proto", ""]:
        requests[f"the file {name!r}"] = Request(file_by_filename=name)
    for symbol in ["shop.Orders", "Root", "shop.nope", "shop", ".shop.Orders", "", "ß😀"]:
        requests[f"the symbol {symbol!r}"] = Request(file_containing_symbol=symbol)
    for name in ["old.Open", "old.Empty", "old.Grade", "old.Nope", ""]:
        requests[f"the extensions of {name!r}"] = Request(all_extension_numbers_of_type=name)
    for name, number in [("old.Open", 100), ("old.Open", 536870911), ("old.Open", 1), ("old.Open", -5), ("nope", 100)]:
        extension = reflection_pb2.ExtensionRequest(containing_type=name, extension_number=number)
        requests[f"extension {number} of {name!r}"] = Request(file_containing_extension=extension)

    dialogues = {name: dialogue(channel, [r.SerializeToString()]) for name, r in requests.items()}
    dialogues["nothing"] = dialogue(channel, [b""])
    dialogues["a field that is not known"] = dialogue(channel, [b"\x3a\x00\xf8\x01\x01"])
    dialogues["an empty extension"] = dialogue(channel, [b"\x2a\x00"])
    dialogues["no message"] = dialogue(channel, [b"\x3a\x00", b"\x0a", b"\x3a\x00"])
    dialogues["no UTF-8"] = dialogue(channel, [b"\x1a\x01\xff"])
    several = [requests["the list of services"], Request(), Request(file_by_filename="nope"), Request(list_services="")]
    dialogues["several"] = dialogue(channel, [r.SerializeToString() for r in several])

    symbols = {s: files_of(channel, Request(file_containing_symbol=s)) for s in shop.symbols(methods=False)}
    methods = {s: files_of(channel, Request(file_containing_symbol=s)) for s in shop.symbols(methods=True)}
    return {
        "services": shop.SERVICES,
        "files": {name: text(data) for name, data in shop.SERIALIZED.items()},
        "symbols": symbols,
        "methods": methods,
        "dialogues": dialogues,
    }


def make_health():
    server = grpc.server(futures.ThreadPoolExecutor(4))
    servicer = health.HealthServicer()
    servicer.set("shop.Orders", health_pb2.HealthCheckResponse.SERVING)
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    channel = grpc.insecure_channel(f"127.0.0.1:{port}")
    asked = [health_pb2.HealthCheckRequest(service=s).SerializeToString() for s in ["", "shop.Orders", "shop.Nope"]]
    asked += [b"\x0a", b"\x0a\x01\xff"]
    calls = []
    for method, message in [("Nope", b"")] + [(m, a) for m in ["Check", "Watch"] for a in asked]:
        call = channel.unary_stream(f"/{health.SERVICE_NAME}/{method}")(message)
        row = {"method": method, "message": text(message)}
        try:
            row["reply"] = text(next(call))
            if method == "Check":
                assert next(call, None) is None
            else:
                # It has not ended a while later.
                try:
                    future = futures.ThreadPoolExecutor(1).submit(next, call)
                    future.result(timeout=0.5)
                    raise AssertionError("a watch said more")
                except futures.TimeoutError:
                    row["open"] = True
                    call.cancel()
        except grpc.RpcError:
            pass
        if "open" not in row:
            row["status"], row["details"] = code(call), call.details() or ""
        if row.get("status"):
            row.pop("reply", None)  # an empty one, which no client shows
        calls.append(row)
    return {"services": ["shop.Orders"], "calls": calls}


for name, made in [("reflection", make_reflection()), ("health", make_health())]:
    (HERE / f"{name}.json").write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n")

# Servers are not stopped: grpcio may wait for ever for a call whose request it could not read.
os._exit(0)
