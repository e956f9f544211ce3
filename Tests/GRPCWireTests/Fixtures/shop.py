"""Descriptors, made by hand: imports that meet again, proto2 with extensions, a file without a package."""

from google.protobuf import descriptor_pb2, timestamp_pb2

Field = descriptor_pb2.FieldDescriptorProto


def field(name, number, kind, label=Field.LABEL_OPTIONAL, **more):
    if isinstance(kind, str):
        more["type_name"], kind = kind, more.pop("type", Field.TYPE_MESSAGE)
    return Field(name=name, number=number, type=kind, label=label, **more)


def money():
    file = descriptor_pb2.FileDescriptorProto(name="shop/money.proto", package="shop", syntax="proto3")
    message = file.message_type.add(name="Money")
    message.field.append(field("units", 1, Field.TYPE_INT64))
    message.field.append(field("currency", 2, ".shop.Money.Currency", type=Field.TYPE_ENUM))
    enum = message.enum_type.add(name="Currency")
    for number, name in enumerate(["CURRENCY_UNSPECIFIED", "EUR", "GBP"]):
        enum.value.add(name=name, number=number)
    return file


def types():
    file = descriptor_pb2.FileDescriptorProto(name="shop/types.proto", package="shop", syntax="proto3")
    file.dependency.extend(["google/protobuf/timestamp.proto", "shop/money.proto"])
    order = file.message_type.add(name="Order")
    order.oneof_decl.add(name="paid")
    order.field.append(field("cash", 1, ".shop.Money", oneof_index=0))
    order.field.append(field("card", 2, Field.TYPE_STRING, oneof_index=0))
    order.field.append(field("at", 3, ".google.protobuf.Timestamp"))
    order.field.append(field("lines", 4, ".shop.Order.LinesEntry", Field.LABEL_REPEATED))
    entry = order.nested_type.add(name="LinesEntry")
    entry.field.append(field("key", 1, Field.TYPE_STRING))
    entry.field.append(field("value", 2, ".shop.Order.Line"))
    entry.options.map_entry = True
    line = order.nested_type.add(name="Line")
    line.field.append(field("count", 1, Field.TYPE_UINT32))
    return file


def orders():
    file = descriptor_pb2.FileDescriptorProto(name="shop/orders.proto", package="shop", syntax="proto3")
    file.dependency.extend(["shop/types.proto", "shop/money.proto"])
    service = file.service.add(name="Orders")
    service.method.add(name="Get", input_type=".shop.Money", output_type=".shop.Order")
    service.method.add(name="Watch", input_type=".shop.Money", output_type=".shop.Order", server_streaming=True)
    return file


def stock():
    file = descriptor_pb2.FileDescriptorProto(name="shop/stock.proto", package="shop", syntax="proto3")
    file.dependency.extend(["shop/types.proto", "root.proto"])
    service = file.service.add(name="Stock")
    service.method.add(name="Count", input_type=".Root", output_type=".shop.Order.Line", client_streaming=True)
    return file


def root():
    file = descriptor_pb2.FileDescriptorProto(name="root.proto", syntax="proto3")
    file.message_type.add(name="Root").field.append(field("id", 1, Field.TYPE_STRING))
    file.enum_type.add(name="Level").value.add(name="LOW", number=0)
    file.service.add(name="Plain").method.add(name="Do", input_type=".Root", output_type=".Root")
    return file


def old():
    file = descriptor_pb2.FileDescriptorProto(name="old/open.proto", package="old")
    message = file.message_type.add(name="Open")
    message.extension_range.add(start=100, end=536870912)
    message.field.append(field("name", 1, Field.TYPE_STRING, Field.LABEL_REQUIRED))
    file.message_type.add(name="Empty")
    file.enum_type.add(name="Grade").value.add(name="GOOD", number=-1)
    return file


def extensions():
    file = descriptor_pb2.FileDescriptorProto(name="old/extensions.proto", package="old")
    file.dependency.append("old/open.proto")
    file.extension.append(field("note", 100, Field.TYPE_STRING, extendee=".old.Open"))
    scope = file.message_type.add(name="Scope")
    scope.extension.append(field("last", 536870911, Field.TYPE_INT32, extendee=".old.Open"))
    return file


FILES = [money(), types(), root(), orders(), stock(), old(), extensions()]
SERIALIZED = {"google/protobuf/timestamp.proto": timestamp_pb2.DESCRIPTOR.serialized_pb}
SERIALIZED |= {file.name: file.SerializeToString(deterministic=True) for file in FILES}
SERVICES = ["shop.Orders", "Plain", "shop.Stock"]


def symbols(methods):
    """The full names of all methods, or of everything else that the files declare."""
    names = []

    def message(node, scope):
        name = scope + node.name
        names.append(name)
        names.extend(f"{name}.{part.name}" for part in [*node.field, *node.oneof_decl, *node.extension])
        for nested in node.nested_type:
            message(nested, name + ".")
        for nested in node.enum_type:
            enum(nested, name + ".")

    def enum(node, scope):
        names.append(scope + node.name)
        names.extend(scope + value.name for value in node.value)

    for data in SERIALIZED.values():
        file = descriptor_pb2.FileDescriptorProto.FromString(data)
        scope = file.package + "." if file.package else ""
        for service in file.service:
            if methods:
                names.extend(f"{scope}{service.name}.{method.name}" for method in service.method)
            else:
                names.append(scope + service.name)
        if not methods:
            for node in file.message_type:
                message(node, scope)
            for node in file.enum_type:
                enum(node, scope)
            names.extend(scope + node.name for node in file.extension)
    return names
