"""Asks a server of grpc_schema.py, or what stands in for it, and prints what becomes of each call: what was heard, and
the status that it ended with.

Usage: grpc_faults.py --target HOST:PORT [--times N] [--seconds S] CALL…

    unary[=NAME]   a greeting
    count          five numbers
    sum            1, 2 and 3 are added, sent one after the other
    talk           a bidirectional stream: each line is sent when the last one has been answered
    greeted        the same where the server speaks first, and the client then
    left           a stream that goes on until the client leaves, and how many the server saw leave since it was last asked
    many           sixteen greetings at once on the one connection, P0 to P15

Calls are asked one after another on one channel, all of them --times times, and given up after --seconds.
"""

import argparse
import os
import queue
import sys

import grpc

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Servers"))
import grpc_schema  # noqa: E402

parser = argparse.ArgumentParser()
parser.add_argument("--target", required=True)
parser.add_argument("--times", type=int, default=1)
parser.add_argument("--seconds", type=float, default=20)
parser.add_argument("calls", nargs="+", metavar="CALL")
options = parser.parse_args()
types = grpc_schema.load()
HelloRequest, Line, Number = types["helloworld.HelloRequest"], types["chat.Line"], types["chat.Number"]


def stub(channel, kind, path, reply):
    return getattr(channel, kind)(
        path, request_serializer=lambda message: message.SerializeToString(), response_deserializer=types[reply].FromString
    )


def ending(error):
    """The status of a call, and what came with it."""
    more = [f"{key}={value}" for key, value in error.trailing_metadata() or []]
    return " ".join([error.code().name, *filter(None, [error.details()]), *more])


def heard(name, replies, each):
    """Prints what of a stream of replies came, and how that ended."""
    came = []
    try:
        for reply in replies:
            came.append(each(reply))
        print(f"{name}:", came, replies.code().name, *[f"{k}={v}" for k, v in replies.trailing_metadata() or []])
    except grpc.RpcError as error:
        print(f"{name}:", came, ending(error))


def greet(channel, name, label):
    hello = stub(channel, "unary_unary", "/helloworld.Greeter/SayHello", "helloworld.HelloReply")
    return label, hello.future(HelloRequest(name=name), timeout=options.seconds, metadata=[("x-tenant", "acme")])


def tell(label, call):
    try:
        print(f"{label}:", call.result().message)
    except grpc.RpcError as error:
        print(f"{label}:", ending(error))


def dialogue(channel, name, lines, greets):
    talk = stub(channel, "stream_stream", f"/chat.Chat/{name}", "chat.Line")
    outgoing, left = queue.Queue(), list(lines)

    def next_line():
        outgoing.put(Line(text=left.pop(0)) if left else None)

    if not greets:
        next_line()
    replies = talk(iter(outgoing.get, None), timeout=options.seconds)

    def answered(reply):
        next_line()
        return reply.text

    heard(name.lower(), replies, answered)
    outgoing.put(None)


with grpc.insecure_channel(options.target.split("://")[-1]) as channel:
    for call in options.calls * options.times:
        name, _, value = call.partition("=")
        if name == "unary":
            tell(*greet(channel, value or "Ada", name))
        elif name == "many":
            for label, future in [greet(channel, f"P{n}", f"P{n}") for n in range(16)]:
                tell(label, future)
        elif name == "count":
            count = stub(channel, "unary_stream", "/chat.Chat/Count", "chat.Number")
            heard(name, count(types["chat.CountRequest"](n=5), timeout=options.seconds), lambda reply: reply.value)
        elif name == "sum":
            add = stub(channel, "stream_unary", "/chat.Chat/Sum", "chat.Total")
            future = add.future(iter([Number(value=value) for value in (1, 2, 3)]), timeout=options.seconds)
            try:
                print("sum:", future.result().sum)
            except grpc.RpcError as error:
                print("sum:", ending(error))
        elif name == "left":
            wait = stub(channel, "unary_stream", "/lab.Lab/WaitForCancel", "lab.Nothing")
            heard(name, wait(types["lab.Nothing"](), timeout=options.seconds), lambda reply: "")
            ask = stub(channel, "unary_unary", "/lab.Lab/Cancelled", "lab.Total")
            print("left:", ask(types["lab.Nothing"](), timeout=options.seconds).cancelled)
        elif name in ("talk", "greeted"):
            dialogue(channel, name.capitalize(), ["one", "two", "three"], greets=name == "greeted")
        else:
            sys.exit(f"no call {name}")

# A call that was given up may hold a lock that the interpreter waits for while it ends, and which nobody gives back then.
sys.stdout.flush()
os._exit(0)
