"""A gRPC server of the services in grpc_schema.py, with reflection and health. Prints `listening PORT` when it is ready.

Usage: grpc_server.py [--port N] [--tls CERT KEY] [--compression gzip] [--no-reflection] [--reflection v1|v1alpha]
                      [--now] [--drift KIND]…

    helloworld.Greeter/SayHello   a greeting; to the glad and the sad with fields of all kinds
    chat.Chat/Count               n numbers, interval_ms apart; without end if n is 0
    chat.Chat/Sum                 the sum of what the client streams
    chat.Chat/Talk                echoes each line, `times` times if that is set
    chat.Chat/Greeted             the same with a welcome before the client's first line and a farewell after its last
    lab.Lab/Fail                  the status that is asked for, with google.rpc details if `detailed`
    lab.Lab/FailAfter             the same behind `after` messages
    lab.Lab/Sleep                 answers after `ms`
    lab.Lab/WaitForCancel         three messages, then none until the client leaves
    lab.Lab/Cancelled             waits for a client to have left WaitForCancel and tells how many did since it was last asked
    lab.Lab/Metadata              metadata before and behind the message, and what of the client's begins with x-
    lab.Lab/Big, BigStream        `size` bytes, `messages` times
    lab.Lab/Measure               the length of what came
    lab.Lab/Zip                   what came, compressed with gzip
    lab.Lab/Unknown               fields that the schema does not have, in an order that no serializer makes
    lab.Lab/SetHealth             what the health service says of a service from now on

With --now, `when` of a greeting is the time. Each --drift changes an answer: `value` (a greeting's message), `field`
(`place` is gone from greetings, and from the schema), `status` (what fails is denied), `fewer` (Count stops one number
short), `order` (a greeting's fields stand in another order, which means the same).
"""

import argparse
import random
import threading
import time
from concurrent import futures

import grpc
import grpc_schema
from google.rpc import error_details_pb2, status_pb2
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection, reflection_pb2
from grpc_status import rpc_status

parser = argparse.ArgumentParser()
parser.add_argument("--port", type=int, default=0)
parser.add_argument("--tls", nargs=2, metavar=("CERT", "KEY"))
parser.add_argument("--compression", choices=["gzip"])
parser.add_argument("--no-reflection", action="store_true")
parser.add_argument("--reflection", choices=["v1", "v1alpha"])
parser.add_argument("--now", action="store_true")
parser.add_argument("--drift", action="append", default=[], choices=["value", "field", "status", "fewer", "order"])
options = parser.parse_args()

types = grpc_schema.load({"place"} if "field" in options.drift else ())
Nothing, Blob, Line = types["lab.Nothing"], types["lab.Blob"], types["chat.Line"]
healths = health.HealthServicer()


class Greeter:
    def SayHello(self, request, context):
        word = "Hi" if "value" in options.drift else "Hello"
        reply = types["helloworld.HelloReply"](message=f"{word}, {request.name}!")
        if not request.mood:
            return reply
        sad = request.mood == 2
        reply.small, reply.large = (-1, -(2**63)) if sad else (42, 2**63 - 1)
        reply.signed, reply.unsigned, reply.fixed = -7, 2**64 - 1, 2**53 + 1
        reply.yes, reply.ratio, reply.half, reply.mood = not sad, float("nan") if sad else 0.1, -1.5, request.mood
        reply.tags.extend(["a", "", "größer ✓"])
        reply.numbers.extend([0, 1, -1, 300])
        reply.counts.update({"apples": 3, "pears": 0, "": -1})
        if "field" not in options.drift:
            reply.place.city = "Zürich"
            reply.place.at.north, reply.place.at.east = 47.37, 8.54
        for city in ["Bern", ""]:
            reply.visited.add().city = city
        reply.raw = bytes(range(0, 256, 17))
        if sad:
            reply.phone = 41443211234
        else:
            reply.email = "glad@example.com"
        reply.when.FromMilliseconds(time.time_ns() // 1_000_000 if options.now else 1_700_000_000_123)
        return in_reverse(reply) if "order" in options.drift else reply


class Chat:
    def Count(self, request, context):
        number, last = 0, request.n - ("fewer" in options.drift)
        while context.is_active() and (number < last or request.n == 0):
            number += 1
            yield types["chat.Number"](value=number)
            time.sleep(request.interval_ms / 1000)

    def Sum(self, requests, context):
        values = [number.value for number in requests]
        return types["chat.Total"](sum=sum(values), messages=len(values))

    def Talk(self, requests, context):
        for line in requests:
            for turn in range(line.times or 1):
                yield Line(text=f"{line.text}, indeed" if turn == 0 else f"{line.text}, again")

    def Greeted(self, requests, context):
        yield Line(text="welcome")
        yield from self.Talk(requests, context)
        yield Line(text="farewell")


class Lab:
    def __init__(self):
        self.cancelled = 0
        self.changed = threading.Condition()
        self.blocks = {}

    def Fail(self, request, context):
        code = 7 if "status" in options.drift else request.code
        if not request.detailed:
            context.abort(next(each for each in grpc.StatusCode if each.value[0] == code), request.message)
        violation = error_details_pb2.BadRequest.FieldViolation(field="name", description="is empty")
        info = error_details_pb2.ErrorInfo(reason="NO_NAME", domain="example.com", metadata={"limit": "10"})
        status = status_pb2.Status(code=code, message=request.message)
        for detail in [error_details_pb2.BadRequest(field_violations=[violation]), info]:
            status.details.add().Pack(detail)
        context.abort_with_status(rpc_status.to_status(status))

    def FailAfter(self, request, context):
        for number in range(request.after):
            yield Blob(data=b"%d" % number)
        self.Fail(request, context)

    def Sleep(self, request, context):
        if ("greet", "first") in context.invocation_metadata():
            context.send_initial_metadata((("x-greeting", "wait"),))
        time.sleep(request.ms / 1000)
        return Nothing()

    def WaitForCancel(self, request, context):
        left = threading.Event()

        # Nothing else of this call may run once it is cancelled.
        def leave():
            with self.changed:
                self.cancelled += 1
                self.changed.notify_all()
            left.set()

        context.add_callback(leave)
        for _ in range(3):
            yield Nothing()
        left.wait(30)

    def Cancelled(self, request, context):
        with self.changed:
            self.changed.wait_for(lambda: self.cancelled, 20)
            cancelled, self.cancelled = self.cancelled, 0
        return types["lab.Total"](cancelled=cancelled)

    def Metadata(self, request, context):
        heard = [pair for pair in context.invocation_metadata() if pair[0].startswith("x-")]
        context.send_initial_metadata([("x-first", "1"), ("x-list", "a"), ("x-list", "b"), ("x-raw-bin", b"\x00\xff")])
        heard = [value.hex() if isinstance(value, bytes) else value for _, value in heard]
        context.set_trailing_metadata([("x-last", " ".join(heard)), ("x-sum-bin", b"\x01\x02\x03")])
        return Nothing()

    def Big(self, request, context):
        if request.size not in self.blocks:
            self.blocks[request.size] = Blob(data=random.Random(7).randbytes(request.size))
        return self.blocks[request.size]

    def BigStream(self, request, context):
        for _ in range(request.messages):
            yield self.Big(request, context)

    def Measure(self, request, context):
        return types["lab.Total"](bytes=len(request.data))

    def Zip(self, request, context):
        context.set_compression(grpc.Compression.Gzip)
        return request

    def Unknown(self, request, context):
        # The second field, 10 as a varint of more bytes than it needs, 11 of four bytes, the first field, 12 as a
        # group of its own, 13 as what could be a message, and the second field once more.
        return bytes.fromhex("12036f6e65 50968100 5d01020304 0a046b6e6f77 63 0807 64 6a020801 12036f7468")

    def SetHealth(self, request, context):
        healths.set(request.service, 1 if request.serving else 2)
        return Nothing()


def in_reverse(message):
    """Its bytes with the last field first."""
    parts = []
    for described, _ in message.ListFields():
        part = type(message)()
        part.CopyFrom(message)
        for other, _ in message.ListFields():
            if other.name != described.name:
                part.ClearField(other.name)
        parts.append(part.SerializeToString(deterministic=True))
    return b"".join(reversed(parts))


def to_bytes(reply):
    return reply if isinstance(reply, bytes) else reply.SerializeToString(deterministic=True)


def handlers(service, servicer):
    package, methods = service.rsplit(".", 1)[0], {}
    for name, request, _, streams in grpc_schema.SERVICES[service]:
        shape = ("stream" if "request" in streams else "unary") + "_" + ("stream" if "reply" in streams else "unary")
        make = getattr(grpc, f"{shape}_rpc_method_handler")
        methods[name] = make(getattr(servicer, name), types[f"{package}.{request}"].FromString, to_bytes)
    return grpc.method_handlers_generic_handler(service, methods)


def add_reflection(server, names):
    versions = [options.reflection] if options.reflection else ["v1", "v1alpha"]
    names = list(names) + [health.SERVICE_NAME] + [f"grpc.reflection.{version}.ServerReflection" for version in versions]
    if "v1alpha" in versions:
        reflection.enable_server_reflection(names, server)
    if "v1" in versions:
        # The package has the older name only; the messages are the same.
        method = grpc.stream_stream_rpc_method_handler(
            reflection.ReflectionServicer(names).ServerReflectionInfo,
            reflection_pb2.ServerReflectionRequest.FromString,
            to_bytes,
        )
        methods = {"ServerReflectionInfo": method}
        server.add_generic_rpc_handlers(
            [grpc.method_handlers_generic_handler("grpc.reflection.v1.ServerReflection", methods)]
        )


server = grpc.server(
    futures.ThreadPoolExecutor(max_workers=64),
    compression=grpc.Compression.Gzip if options.compression else None,
    options=[("grpc.so_reuseport", 0), ("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)],
)
services = {"helloworld.Greeter": Greeter(), "chat.Chat": Chat(), "lab.Lab": Lab()}
server.add_generic_rpc_handlers([handlers(name, servicer) for name, servicer in services.items()])
health_pb2_grpc.add_HealthServicer_to_server(healths, server)
for name in services:
    healths.set(name, health_pb2.HealthCheckResponse.SERVING)
if not options.no_reflection:
    add_reflection(server, services)
address = f"127.0.0.1:{options.port}"
if options.tls:
    certificate, key = (open(path, "rb").read() for path in options.tls)
    port = server.add_secure_port(address, grpc.ssl_server_credentials([(key, certificate)]))
else:
    port = server.add_insecure_port(address)
server.start()
print("listening", port, flush=True)
server.wait_for_termination()
