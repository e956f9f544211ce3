"""Asks a server of grpc_schema.py for everything that gRPC has, by grpcio as it is; prints a line for each fact.

Usage: grpc_client.py --target [grpc://]HOST:PORT [--tls [CA]] [--megabytes N] [--list] [SCENARIO…]

Without a name all scenarios run that --list names, one after another. Two more run by name only: `endless` leaves a
stream that does not end by itself, `bulk` reads a stream of a thousand megabytes, or of --megabytes.
"""

import argparse
import hashlib
import json
import os
import queue
import sys

import grpc
from google.protobuf import descriptor_pool, json_format
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from grpc_status import rpc_status

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Servers"))
import grpc_schema  # noqa: E402

TIMEOUT = 60
types = grpc_schema.load()
Line, Number, Nothing, Blob = (types[name] for name in ("chat.Line", "chat.Number", "lab.Nothing", "lab.Blob"))
HelloRequest, FailRequest = types["helloworld.HelloRequest"], types["lab.FailRequest"]
BigRequest = types["lab.BigRequest"]
scenarios = {}


def scenario(function):
    scenarios[function.__name__] = function
    return function


def say(name, facts):
    print(f"{name}:", " ".join(map(str, facts)).replace("\n", "\\n"), flush=True)


def text(message):
    """A message as JSON in one line."""
    fields = json_format.MessageToDict(message, preserving_proto_field_name=True)
    return json.dumps(fields, sort_keys=True, ensure_ascii=False)


def digest(data):
    return f"{len(data)} bytes {hashlib.sha256(data).hexdigest()[:12]}"


def pairs(metadata):
    return [f"{key}={value.hex() if isinstance(value, bytes) else value}" for key, value in metadata or []]


class Client:
    def __init__(self, channel, note):
        self.channel = channel
        self.note = note
        self.stubs = {}
        for service, methods in grpc_schema.SERVICES.items():
            for method, _, reply, streams in methods:
                shape = [("stream" if side in streams else "unary") for side in ("request", "reply")]
                self.stubs[method] = getattr(channel, "_".join(shape))(
                    f"/{service}/{method}",
                    request_serializer=lambda message: message.SerializeToString(deterministic=True),
                    response_deserializer=types[f"{service.split('.')[0]}.{reply}"].FromString,
                )

    def __getattr__(self, method):
        stub = self.stubs[method]
        return lambda request, **more: stub(request, **{"timeout": TIMEOUT, **more})

    def failure(self, ask, by_client=False):
        """Notes the status with which it fails, and what else came with it.

        What the client says of its own reasons is not the same each time: of those `by_client` the code is noted.
        """
        try:
            ask()
            self.note("no failure")
        except grpc.RpcError as error:
            self.note(error.code().name, *([] if by_client else [error.details()]))
            if kept := pairs(error.trailing_metadata()):
                self.note("trailing", *kept)
            return error


@scenario
def unary(client):
    for name in ["Ada", "Ada", "", "größer ✓", "{{x}} # \"q\" \\ \n"]:
        client.note(text(client.SayHello(HelloRequest(name=name))))


@scenario
def kinds(client):
    ask = client.channel.unary_unary("/helloworld.Greeter/SayHello")
    for mood in [1, 2]:
        raw = ask(HelloRequest(name="Ada", mood=mood).SerializeToString(), timeout=TIMEOUT)
        client.note(text(types["helloworld.HelloReply"].FromString(raw)))
        client.note(digest(raw))


@scenario
def unknown_fields(client):
    raw = client.channel.unary_unary("/lab.Lab/Unknown")(b"", timeout=TIMEOUT)
    client.note(raw.hex(" "))
    client.note(text(client.Unknown(Nothing())))


@scenario
def server_streaming(client):
    for n, interval in [(3, 0), (5, 20), (200, 0)]:
        numbers = [number.value for number in client.Count(types["chat.CountRequest"](n=n, interval_ms=interval))]
        client.note(n, sum(numbers), numbers[:5])


@scenario
def client_streaming(client):
    for values in [[], [1], [1, -2, 3], range(100)]:
        client.note(text(client.Sum(iter([Number(value=value) for value in values]))))


def ping_pong(client, call, outgoing, lines):
    """Sends a line when the last has been answered."""
    for line in lines:
        outgoing.put(Line(text=line, times=2 if line == "both" else 0))
        for _ in range(2 if line == "both" else 1):
            client.note(f"{line} -> {next(call).text}")
    outgoing.put(None)
    client.note("end", [line.text for line in call], call.code().name)


@scenario
def bidi_ping_pong(client):
    outgoing = queue.Queue()
    ping_pong(client, client.Talk(iter(outgoing.get, None)), outgoing, ["one", "two", "both", "three"])


@scenario
def bidi_greeted(client):
    outgoing = queue.Queue()
    call = client.Greeted(iter(outgoing.get, None))
    client.note("before a word", next(call).text)
    ping_pong(client, call, outgoing, ["one", "two"])


@scenario
def bidi_all_first(client):
    lines = [Line(text=f"line {number}", times=number % 3) for number in range(6)]
    client.note([line.text for line in client.Talk(iter(lines))])
    client.note("no line", [line.text for line in client.Greeted(iter([]))])


@scenario
def two_talks_at_once(client):
    queues = [queue.Queue(), queue.Queue()]
    calls = [client.Talk(iter(outgoing.get, None)) for outgoing in queues]
    for turn in range(3):
        for number in (0, 1):
            queues[number].put(Line(text=f"{'ab'[number]}{turn}"))
            client.note(next(calls[number]).text)
    for number in (0, 1):
        queues[number].put(None)
        client.note([line.text for line in calls[number]])


@scenario
def metadata(client):
    sent = [("x-one", "1"), ("x-many", "a"), ("x-many", "b, c"), ("x-blob-bin", b"\x00\x01\xfe\xff")]
    reply, call = client.stubs["Metadata"].with_call(Nothing(), metadata=sent, timeout=TIMEOUT)
    client.note("initial", *pairs(call.initial_metadata()))
    client.note("trailing", *pairs(call.trailing_metadata()))


@scenario
def statuses(client):
    for code, message in [(3, "no name"), (5, ""), (16, "ä 100% \n ✓"), (2, "x" * 300)]:
        client.failure(lambda: client.Fail(FailRequest(code=code, message=message)))
    nowhere = client.channel.unary_unary("/lab.Lab/Nowhere")
    client.failure(lambda: nowhere(b"", timeout=TIMEOUT))


@scenario
def status_details(client):
    error = client.failure(lambda: client.Fail(FailRequest(code=3, message="no name", detailed=True)))
    status = rpc_status.from_call(error)
    client.note(status.code, status.message)
    for detail, kind in zip(status.details, [error_details_pb2.BadRequest, error_details_pb2.ErrorInfo]):
        told = kind()
        client.note(detail.type_url, detail.Unpack(told), text(told))


@scenario
def failure_in_mid_stream(client):
    for after in [0, 3]:
        heard = []
        call = client.FailAfter(FailRequest(code=9, message="enough", after=after, detailed=after == 0))
        client.failure(lambda: heard.extend(blob.data for blob in call))
        client.note("heard", heard)


@scenario
def deadline(client):
    client.note(text(client.Sleep(types["lab.SleepRequest"](ms=50), timeout=20)))
    client.failure(lambda: client.Sleep(types["lab.SleepRequest"](ms=3000), timeout=0.3), by_client=True)
    greeted = [("greet", "first")]
    client.failure(
        lambda: client.Sleep(types["lab.SleepRequest"](ms=2999), timeout=0.3, metadata=greeted), by_client=True)
    call = client.WaitForCancel(Nothing(), timeout=0.5)
    heard = []
    client.failure(lambda: heard.extend(call), by_client=True)
    client.note("heard", len(heard))
    client.note(text(client.Cancelled(Nothing())))


@scenario
def cancel(client):
    call = client.WaitForCancel(Nothing())
    heard = [next(call) for _ in range(3)]
    call.cancel()
    client.note("heard", len(heard), call.code().name)
    client.note(text(client.Cancelled(Nothing())))


@scenario
def gzip(client):
    data = b"the same again, " * 1000
    for compression in [grpc.Compression.Gzip, grpc.Compression.Deflate, None]:
        client.note(digest(client.Zip(Blob(data=data), compression=compression).data))
    talk = client.Talk(iter([Line(text="word " * 100)] * 2), compression=grpc.Compression.Gzip)
    client.note([digest(line.text.encode()) for line in talk])


@scenario
def big(client):
    for size in [0, 16_383, 16_384, 65_536, 1_000_000, 4_000_000]:
        client.note(digest(client.Big(BigRequest(size=size)).data))
    blobs = [digest(blob.data) for blob in client.BigStream(BigRequest(size=300_000, messages=10))]
    client.note(len(blobs), *sorted(set(blobs)))
    client.note(text(client.Measure(Blob(data=bytes(2_000_000)))))
    client.failure(lambda: client.Big(BigRequest(size=5_000_000)), by_client=True)


@scenario
def parallel(client):
    calls = [client.stubs["SayHello"].future(HelloRequest(name=f"P{n}"), timeout=TIMEOUT) for n in range(16)]
    client.note(*[call.result().message for call in calls])
    streams = [client.Count(types["chat.CountRequest"](n=n + 1, interval_ms=1)) for n in range(16)]
    client.note(*[sum(number.value for number in stream) for stream in streams])


@scenario
def wait_for_ready(client):
    grpc.channel_ready_future(client.channel).result(timeout=TIMEOUT)
    client.note(text(client.SayHello(HelloRequest(name="Ready"), wait_for_ready=True)))


@scenario
def health(client):
    stub = health_pb2_grpc.HealthStub(client.channel)
    for service in ["", "helloworld.Greeter"]:
        client.note(service, text(stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=TIMEOUT)))
    client.failure(lambda: stub.Check(health_pb2.HealthCheckRequest(service="no.Such"), timeout=TIMEOUT))
    watch = stub.Watch(health_pb2.HealthCheckRequest(service="helloworld.Greeter"), timeout=TIMEOUT)
    client.note("watched", text(next(watch)))
    for serving in [False, True]:
        client.SetHealth(types["lab.HealthRequest"](service="helloworld.Greeter", serving=serving))
        client.note("watched", text(next(watch)))
    watch.cancel()
    unknown = stub.Watch(health_pb2.HealthCheckRequest(service="no.Such"), timeout=TIMEOUT)
    client.note("watched", text(next(unknown)))
    unknown.cancel()


@scenario
def reflection(client):
    database = ProtoReflectionDescriptorDatabase(client.channel)
    try:
        names = database.get_services()
    except grpc.RpcError as error:
        return client.note(error.code().name)
    client.note(*names)
    pool = descriptor_pool.DescriptorPool(database)
    for name in ["helloworld.Greeter", "chat.Chat", "grpc.health.v1.Health"]:
        service = pool.FindServiceByName(name)
        for method in service.methods:
            client.note(name, method.name, method.input_type.full_name, method.output_type.full_name)
    fields = pool.FindMessageTypeByName("helloworld.HelloReply").fields
    client.note(*[f"{field.number}={field.name}" for field in fields])
    try:
        pool.FindMessageTypeByName("helloworld.Nowhere")
    except KeyError as error:
        client.note("KeyError", *error.args)


@scenario
def reflection_in_one_stream(client):
    request = reflection_pb2.ServerReflectionRequest
    for version in ["v1", "v1alpha"]:
        ask = client.channel.stream_stream(
            f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
            request_serializer=request.SerializeToString,
            response_deserializer=reflection_pb2.ServerReflectionResponse.FromString,
        )
        outgoing = queue.Queue()
        call = ask(iter(outgoing.get, None), timeout=TIMEOUT)
        try:
            for question in [
                request(list_services=""),
                request(file_containing_symbol="chat.Chat"),
                request(file_by_filename="greeter.proto"),
                request(file_by_filename="nowhere.proto"),
            ]:
                outgoing.put(question)
                reply = next(call)
                files = [digest(file) for file in reply.file_descriptor_response.file_descriptor_proto]
                client.note(version, reply.WhichOneof("message_response"), reply.error_response.error_code, *files)
            outgoing.put(None)
            client.note(version, [*call], call.code().name)
        except grpc.RpcError as error:
            outgoing.put(None)
            client.note(version, error.code().name)


def endless(client):
    """How many numbers are under way when the client leaves is not the same each time."""
    call = client.Count(types["chat.CountRequest"](n=0, interval_ms=5))
    client.note([next(call).value for _ in range(3)])
    call.cancel()


def bulk(client):
    sha, size = hashlib.sha256(), 0
    for blob in client.BigStream(BigRequest(size=1_000_000, messages=options.megabytes), timeout=600):
        sha.update(blob.data)
        size += len(blob.data)
    client.note(size, sha.hexdigest()[:12])


parser = argparse.ArgumentParser()
parser.add_argument("--target", required=True)
parser.add_argument("--tls", metavar="CA", nargs="?", const="")
parser.add_argument("--megabytes", type=int, default=1000, help="of bulk")
parser.add_argument("--list", action="store_true")
parser.add_argument("names", nargs="*", metavar="SCENARIO")
options = parser.parse_args()
if options.list:
    sys.exit(print("\n".join(scenarios)))
target = options.target.split("://")[-1].rstrip("/")
if options.tls is None:
    channel = grpc.insecure_channel(target)
else:
    roots = open(options.tls, "rb").read() if options.tls else None
    channel = grpc.secure_channel(target, grpc.ssl_channel_credentials(roots))
with channel:
    for name in options.names or scenarios:
        run = scenarios.get(name) or {"endless": endless, "bulk": bulk}[name]
        run(Client(channel, lambda *facts, name=name: say(name, facts)))
