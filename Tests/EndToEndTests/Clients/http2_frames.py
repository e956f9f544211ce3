"""Speaks HTTP/2 frame by frame, also wrong ones, and says for each case what came back.

Prints a JSON object: case to outcome. An outcome is `200` for an answer, `RST CODE` for a stream that was ended,
`GOAWAY CODE` for a connection that was, `closed` where nothing was said before.
Usage: http2_frames.py HOST PORT PATH [CASE...], where PATH is answered with 200. All cases where none is named.
"""

import json
import socket
import struct
import sys

import hpack
from hyperframe.frame import (ContinuationFrame, DataFrame, Frame, GoAwayFrame, HeadersFrame, PingFrame,
                              PriorityFrame, PushPromiseFrame, RstStreamFrame, SettingsFrame, WindowUpdateFrame)

HOST, PORT, PATH = sys.argv[1], int(sys.argv[2]), sys.argv[3]
CODES = ["NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED",
         "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM"]
USUAL = [(":method", "GET"), (":scheme", "http"), (":authority", "x"), (":path", PATH)]


class Connection:
    def __init__(self, settings=None):
        self.socket = socket.create_connection((HOST, PORT), timeout=10)
        self.encoder, self.decoder = hpack.Encoder(), hpack.Decoder()
        self.received = b""
        self.data = {}
        self.raw(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        self.send(SettingsFrame(0, settings=settings or {}))

    def raw(self, data):
        try:
            self.socket.sendall(data)
        except OSError:
            pass  # What it said before it closed is still to be read.

    def send(self, *frames):
        self.raw(b"".join(frame if isinstance(frame, bytes) else frame.serialize() for frame in frames))

    def head(self, stream, fields=None, flags=("END_HEADERS", "END_STREAM"), block=None):
        block = self.encoder.encode(USUAL if fields is None else fields) if block is None else block
        return HeadersFrame(stream, block, flags=list(flags))

    def frame(self):
        while True:
            if len(self.received) >= 9:
                frame, length = Frame.parse_frame_header(memoryview(self.received[:9]))
                if len(self.received) >= 9 + length:
                    frame.parse_body(memoryview(self.received[9:9 + length]))
                    self.received = self.received[9 + length:]
                    return frame
            try:
                more = self.socket.recv(65536)
            except ConnectionResetError:
                return None
            if not more:
                return None
            self.received += more

    def outcome(self, stream=None):
        """What happens to a stream, or to the connection."""
        while (frame := self.frame()) is not None:
            if isinstance(frame, GoAwayFrame):
                return "GOAWAY " + CODES[frame.error_code]
            if isinstance(frame, RstStreamFrame) and frame.stream_id == stream:
                return "RST " + CODES[frame.error_code]
            if isinstance(frame, HeadersFrame):
                fields = dict(self.decoder.decode(frame.data))
                if frame.stream_id == stream and int(fields.get(":status", "0")) >= 200:
                    return fields[":status"]
            if isinstance(frame, DataFrame):
                self.data[frame.stream_id] = self.data.get(frame.stream_id, 0) + len(frame.data)
        return "closed"

    def until_ack(self):
        """Reads until a ping is answered: all that was sent before has been seen."""
        self.send(PingFrame(0, b"fence..."))
        while (frame := self.frame()) is not None:
            if isinstance(frame, PingFrame) and "ACK" in frame.flags:
                return True
            if isinstance(frame, DataFrame):
                self.data[frame.stream_id] = self.data.get(frame.stream_id, 0) + len(frame.data)
        return False


def frame_bytes(kind, flags, stream, payload):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


cases = {}


def case(name):
    def add(body):
        cases[name] = body
        return body

    return add


def stream_case(name, fields=None, flags=("END_HEADERS", "END_STREAM"), *more):
    def body():
        connection = Connection()
        connection.send(connection.head(1, fields, flags), *more)
        return connection.outcome(1)

    cases[name] = body


def connection_case(name, *frames):
    def body():
        connection = Connection()
        connection.send(*frames)
        return connection.outcome()

    cases[name] = body


padded = HeadersFrame(1, hpack.Encoder().encode(USUAL), pad_length=20, flags=["END_HEADERS", "END_STREAM", "PADDED"])

# What is allowed.
stream_case("a request")
stream_case("te: trailers", USUAL + [("te", "trailers")])
stream_case("a cookie in crumbs", USUAL + [("cookie", "a=1"), ("cookie", "b=2")])
cases["padding"] = lambda: (lambda c: (c.send(padded), c.outcome(1))[1])(Connection())
cases["a frame of an unknown type"] = lambda: (
    lambda c: (c.send(frame_bytes(0xEE, 0, 0, b"what"), c.head(1)), c.outcome(1))[1])(Connection())
cases["priority of an idle stream"] = lambda: (
    lambda c: (c.send(PriorityFrame(3, depends_on=0, stream_weight=9), c.head(5)), c.outcome(5))[1])(Connection())


@case("a head in three frames")
def continued():
    connection = Connection()
    block = connection.encoder.encode(USUAL)
    connection.send(
        HeadersFrame(1, block[:2], flags=["END_STREAM"]), ContinuationFrame(1, block[2:4]),
        ContinuationFrame(1, block[4:], flags=["END_HEADERS"]))
    return connection.outcome(1)


@case("frames byte by byte")
def slowly():
    connection = Connection()
    for byte in connection.head(1).serialize():
        connection.raw(bytes([byte]))
    return connection.outcome(1)


@case("a setting that is not known")
def setting():
    connection = Connection(settings={0x99: 1})
    connection.send(connection.head(1))
    return connection.outcome(1)


@case("a client that leaves in the middle of a frame")
def cut():
    connection = Connection()
    connection.raw(connection.head(1).serialize()[:-3])
    connection.socket.shutdown(socket.SHUT_WR)
    return connection.outcome(1)


# One stream is wrong: the connection stays.
stream_case("a field name in capitals", USUAL + [("X-Name", "1")])
stream_case("a field of the connection", USUAL + [("connection", "close")])
stream_case("te: gzip", USUAL + [("te", "gzip")])
stream_case("no path", USUAL[:3])
stream_case("an empty path", USUAL[:3] + [(":path", "")])
stream_case("two methods", USUAL + [(":method", "GET")])
stream_case("an unknown pseudo-header", USUAL + [(":what", "1")])
stream_case("a pseudo-header behind the others", USUAL[:3] + [("a", "b"), USUAL[3]])
stream_case("a length that is not the body's", USUAL + [("content-length", "5")])
stream_case("a body that is longer than its length", USUAL + [("content-length", "1")], ("END_HEADERS",),
            DataFrame(1, b"four", flags=["END_STREAM"]))
stream_case("CONNECT", [(":method", "CONNECT"), (":authority", "x:1")])
stream_case("a stream's window over its end", None, ("END_HEADERS",), WindowUpdateFrame(1, 2**31 - 1))
stream_case("a stream's window by nothing", None, ("END_HEADERS",), frame_bytes(8, 0, 1, b"\0\0\0\0"))
stream_case("many fields", USUAL + [(f"x-{number}", "v") for number in range(300)])


@case("the connection goes on behind a wrong stream")
def goes_on():
    connection = Connection()
    connection.send(connection.head(1, USUAL + [("X-Name", "1")]), connection.head(3))
    return connection.outcome(3)


@case("a wrong stream beside one that waits for its answer")
def beside():
    connection, seen = Connection(), {}
    connection.send(connection.head(1), connection.head(3, USUAL + [("connection", "close")]))
    while len(seen) < 2 and (frame := connection.frame()) is not None:
        if isinstance(frame, RstStreamFrame):
            seen[frame.stream_id] = "RST " + CODES[frame.error_code]
        elif isinstance(frame, HeadersFrame):
            seen[frame.stream_id] = dict(connection.decoder.decode(frame.data))[":status"]
    return f"{seen.get(1)} beside {seen.get(3)}"


# The connection is wrong.
connection_case("a body on a stream that was not opened", DataFrame(1, b"x"))
connection_case("a reset of a stream that was not opened", RstStreamFrame(1, 8))
connection_case("a window of a stream that was not opened", WindowUpdateFrame(1, 1))
connection_case("the window over its end", WindowUpdateFrame(0, 2**31 - 1), WindowUpdateFrame(0, 2**31 - 1))
connection_case("the window by nothing", frame_bytes(8, 0, 0, b"\0\0\0\0"))
connection_case("a window of three bytes", frame_bytes(8, 0, 0, b"\0\0\1"))
connection_case("a frame that is too long", frame_bytes(0, 0, 1, b"x" * 20_000))
connection_case("a ping of seven bytes", frame_bytes(6, 0, 0, b"1234567"))
connection_case("a ping on a stream", frame_bytes(6, 0, 1, b"12345678"))
connection_case("settings on a stream", frame_bytes(4, 0, 1, b""))
connection_case("settings of five bytes", frame_bytes(4, 0, 0, b"12345"))
connection_case("an acknowledgement with settings", frame_bytes(4, 1, 0, b"123456"))
connection_case("push that is neither on nor off", SettingsFrame(0, settings={2: 2}))
connection_case("a window of more than all", frame_bytes(4, 0, 0, struct.pack(">HI", 4, 2**31)))
connection_case("frames of less than all take", SettingsFrame(0, settings={5: 100}))
connection_case("a continuation of nothing", ContinuationFrame(1, b"x"))
connection_case("a push", PushPromiseFrame(1, 2, b"", flags=["END_HEADERS"]))
connection_case("an index of no table", frame_bytes(1, 5, 1, b"\xff\xff\xff\x0f"))
connection_case("index nought", frame_bytes(1, 5, 1, b"\x80"))
connection_case("a text cut short", frame_bytes(1, 5, 1, b"\x40\x0aab"))
connection_case("Huffman that is none", frame_bytes(1, 5, 1, b"\x00\x81\xff\x81\xff"))
connection_case("a number without end", frame_bytes(1, 5, 1, b"\x7f" + b"\xff" * 40))


@case("an even stream")
def even():
    connection = Connection()
    connection.send(connection.head(2))
    return connection.outcome(2)


@case("a stream older than the last")
def older():
    connection = Connection()
    connection.send(connection.head(5))
    connection.outcome(5)
    connection.send(connection.head(3))
    return connection.outcome(3)


@case("something else within a head")
def within():
    connection = Connection()
    connection.send(connection.head(1, flags=()), PingFrame(0, b"12345678"))
    return connection.outcome(1)


@case("a head without end")
def endless():
    connection = Connection()
    connection.send(connection.head(1, flags=()))
    for _ in range(100):
        connection.send(ContinuationFrame(1, b"\x00\x01a\x01b" * 2000))
    return connection.outcome(1)


def listed(count):
    """Three thousand bytes by one byte each: the table's memory is small, the list is not."""
    connection = Connection()
    connection.send(connection.head(1, USUAL + [("x", "v" * 3000)], flags=("END_HEADERS", "END_STREAM")))
    # A limit holds when the client has heard of it.
    connection.send(SettingsFrame(0, flags=["ACK"]))
    connection.outcome(1)
    connection.send(connection.head(3, block=connection.encoder.encode(USUAL) + b"\xbe" * count), connection.head(5))
    return connection, connection.outcome(3)


@case("a list of fields that is longer than is allowed")
def long_list():
    connection, outcome = listed(30)
    return outcome + ", then " + connection.outcome(5)


@case("a list of fields that is much longer")
def longer_list():
    return listed(100)[1]


@case("a reader without room")
def reader():
    connection = Connection(settings={4: 2})
    connection.send(connection.head(1))
    status = connection.outcome(1)
    connection.until_ack()
    before = connection.data.get(1, 0)
    connection.send(WindowUpdateFrame(1, 1))
    connection.until_ack()
    return f"{status}, {before} bytes, then {connection.data[1]}"


# Floods.
@case("resets as fast as requests (CVE-2023-44487)")
def rapid():
    connection = Connection()
    for number in range(3000):
        stream = 2 * number + 1
        connection.send(connection.head(stream), RstStreamFrame(stream, 8))
    return connection.outcome()


def flood(name, frame):
    def body():
        connection = Connection()
        connection.raw(frame.serialize() * 30_000)
        return connection.outcome()

    cases[name] = body


flood("a flood of pings", PingFrame(0, b"12345678"))
flood("a flood of settings", SettingsFrame(0, settings={3: 100}))
flood("a flood of priorities", PriorityFrame(1, depends_on=0, stream_weight=1))


@case("a flood of nothing")
def nothing():
    connection = Connection()
    connection.send(connection.head(1, flags=("END_HEADERS",)))
    connection.raw(DataFrame(1, b"").serialize() * 30_000)
    return connection.outcome(1)


@case("more requests than are allowed")
def crowd():
    connection = Connection(settings={4: 0})
    connection.send(*[connection.head(2 * number + 1, flags=("END_HEADERS",)) for number in range(400)])
    return connection.outcome()


witness = Connection()
results, stream = {}, 1
for name, body in cases.items():
    if sys.argv[4:] and name not in sys.argv[4:]:
        continue
    try:
        results[name] = body()
    except Exception as error:
        results[name] = f"{type(error).__name__}: {error}"
    # One that does nothing wrong is disturbed by none of them.
    witness.send(witness.head(stream))
    answer = witness.outcome(stream)
    if answer != "200":
        results[name] += f", and another connection: {answer}"
        witness, stream = Connection(), -1
    stream += 2
json.dump(results, sys.stdout, indent=1)
