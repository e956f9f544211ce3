"""Writes the types of `x.S/Echo`, whose messages hold secrets, as a set of descriptors.

    grpc_secrets_schema.py FILE [without-reply]
"""

import sys

from google.protobuf import descriptor_pb2

FIELD = descriptor_pb2.FieldDescriptorProto
FIELDS = [
    ("user", FIELD.TYPE_STRING), ("password", FIELD.TYPE_STRING), ("access_token", FIELD.TYPE_BYTES),
    ("secret", FIELD.TYPE_INT64), ("private_key", FIELD.TYPE_DOUBLE),
]

described = descriptor_pb2.FileDescriptorSet()
file = described.file.add(name="x.proto", package="x", syntax="proto3")
message = file.message_type.add(name="Login")
for number, (name, kind) in enumerate(FIELDS, 1):
    message.field.add(name=name, number=number, type=kind, label=FIELD.LABEL_OPTIONAL)
reply = ".elsewhere.Reply" if "without-reply" in sys.argv else ".x.Login"
file.service.add(name="S").method.add(name="Echo", input_type=".x.Login", output_type=reply)
with open(sys.argv[1], "wb") as out:
    out.write(described.SerializeToString())
