"""The messages and services that grpc_server.py serves and grpc_client.py asks for, made without generated code.

Usage: grpc_schema.py FILE, which writes a FileDescriptorSet of them there.
"""

import sys

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf import timestamp_pb2  # noqa: F401, which puts its file into the pool
from google.protobuf.descriptor_pb2 import FieldDescriptorProto

# As .proto files have them: a number, what is repeated, a type, a name, and the oneof that it is in.
HELLOWORLD = {
    "HelloRequest": ["1 string name", "2 Mood mood"],
    "Place": ["1 string city", "2 Coordinates at"],
    "Coordinates": ["1 double north", "2 double east"],
    "HelloReply": [
        "1 string message",
        "2 int32 small",
        "3 int64 large",
        "4 bool yes",
        "5 double ratio",
        "6 Mood mood",
        "7 repeated string tags",
        "8 repeated int32 numbers",
        "9 map<string,int32> counts",
        "10 Place place",
        "11 bytes raw",
        "12 string email in contact",
        "13 int64 phone in contact",
        "14 google.protobuf.Timestamp when",
        "15 sint32 signed",
        "16 fixed64 fixed",
        "17 float half",
        "18 uint64 unsigned",
        "19 repeated Place visited",
    ],
}
CHAT = {
    "CountRequest": ["1 int32 n", "2 int32 interval_ms"],
    "Number": ["1 int64 value"],
    "Total": ["1 int64 sum", "2 int32 messages"],
    "Line": ["1 string text", "2 int32 times"],
}
LAB = {
    "Nothing": [],
    "FailRequest": ["1 int32 code", "2 string message", "3 bool detailed", "4 int32 after"],
    "SleepRequest": ["1 int32 ms"],
    "BigRequest": ["1 int64 size", "2 int64 messages"],
    "Blob": ["1 bytes data"],
    "Total": ["1 int64 bytes", "2 int32 cancelled"],
    "Narrow": ["1 string known", "2 string also"],
    "HealthRequest": ["1 string service", "2 bool serving"],
}
# Name, request, reply, and which of the two are streams.
SERVICES = {
    "helloworld.Greeter": [("SayHello", "HelloRequest", "HelloReply", "")],
    "chat.Chat": [
        ("Count", "CountRequest", "Number", "reply"),
        ("Sum", "Number", "Total", "request"),
        ("Talk", "Line", "Line", "request reply"),
        ("Greeted", "Line", "Line", "request reply"),
    ],
    "lab.Lab": [
        ("Fail", "FailRequest", "Nothing", ""),
        ("FailAfter", "FailRequest", "Blob", "reply"),
        ("Sleep", "SleepRequest", "Nothing", ""),
        ("WaitForCancel", "Nothing", "Nothing", "reply"),
        ("Cancelled", "Nothing", "Total", ""),
        ("Metadata", "Nothing", "Nothing", ""),
        ("Big", "BigRequest", "Blob", ""),
        ("BigStream", "BigRequest", "Blob", "reply"),
        ("Measure", "Blob", "Total", ""),
        ("Zip", "Blob", "Blob", ""),
        ("Unknown", "Nothing", "Narrow", ""),
        ("SetHealth", "HealthRequest", "Nothing", ""),
    ],
}
FILES = {"greeter.proto": ("helloworld", HELLOWORLD), "chat.proto": ("chat", CHAT), "lab.proto": ("lab", LAB)}
MOODS = ["CALM", "GLAD", "SAD"]


def field(message, text, package):
    """One field of a message, from its line in the tables above."""
    words = text.split()
    label = FieldDescriptorProto.LABEL_REPEATED if words[1] == "repeated" or "map<" in text else 1
    number, kind, name = int(words[0]), words[-2], words[-1]
    if "in" in words:
        kind, name = words[1], words[2]
    made = message.field.add(name=name, number=number, label=label)
    if "in" in words:
        if not message.oneof_decl:
            message.oneof_decl.add(name=words[-1])
        made.oneof_index = 0
    if kind.startswith("map<"):
        entry = message.nested_type.add(name=f"{name.capitalize()}Entry")
        entry.options.map_entry = True
        for place, part in enumerate(kind[4:-1].split(",")):
            field(entry, f"{place + 1} {part} {['key', 'value'][place]}", package)
        made.type, made.type_name = FieldDescriptorProto.TYPE_MESSAGE, f".{package}.{message.name}.{entry.name}"
    elif kind == "Mood":
        made.type, made.type_name = FieldDescriptorProto.TYPE_ENUM, f".{package}.Mood"
    elif kind[0].isupper() or "." in kind:
        made.type = FieldDescriptorProto.TYPE_MESSAGE
        made.type_name = f".{kind}" if "." in kind else f".{package}.{kind}"
    else:
        made.type = FieldDescriptorProto.Type.Value(f"TYPE_{kind.upper()}")


def files(without=()):
    """The FileDescriptorProtos; `without` names fields that a service no longer has."""
    for name, (package, messages) in FILES.items():
        file = descriptor_pb2.FileDescriptorProto(name=name, package=package, syntax="proto3")
        if package == "helloworld":
            file.dependency.append("google/protobuf/timestamp.proto")
            mood = file.enum_type.add(name="Mood")
            for number, value in enumerate(MOODS):
                mood.value.add(name=value, number=number)
        for message, fields in messages.items():
            made = file.message_type.add(name=message)
            for line in fields:
                if line.split()[-1] not in without:
                    field(made, line, package)
        for service, methods in SERVICES.items():
            if service.startswith(f"{package}."):
                made = file.service.add(name=service.split(".")[1])
                for method, request, reply, streams in methods:
                    made.method.add(
                        name=method,
                        input_type=f".{package}.{request}",
                        output_type=f".{package}.{reply}",
                        client_streaming="request" in streams,
                        server_streaming="reply" in streams,
                    )
        yield file


def load(without=()):
    """Puts the files into the default pool and gives every message class by its full name."""
    pool = descriptor_pool.Default()
    classes = {}
    for file in files(without):
        pool.Add(file)
        for message in file.message_type:
            name = f"{file.package}.{message.name}"
            classes[name] = message_factory.GetMessageClass(pool.FindMessageTypeByName(name))
    return classes


if __name__ == "__main__":
    described = descriptor_pb2.FileDescriptorSet()
    timestamp_pb2.DESCRIPTOR.CopyToProto(described.file.add())
    described.file.extend(files())
    with open(sys.argv[1], "wb") as out:
        out.write(described.SerializeToString())
