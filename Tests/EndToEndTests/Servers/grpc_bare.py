"""A gRPC server without types, whose answers are what services seldom give.

Its methods, of any service: `Retry` is UNAVAILABLE twice of three times; `Trailer` has trailing metadata without a value;
all others answer with what they were sent.

    grpc_bare.py PORT
"""

import itertools
import sys
from concurrent import futures

import grpc

CALLS = itertools.count(1)


class Handler(grpc.GenericRpcHandler):
    def service(self, call):
        def answer(request, context):
            method = call.method.split("/")[-1]
            if method == "Retry" and next(CALLS) % 3 != 0:
                context.abort(grpc.StatusCode.UNAVAILABLE, "try again")
            if method == "Trailer":
                context.set_trailing_metadata((("x-note", ""),))
            return request

        return grpc.unary_unary_rpc_method_handler(answer)


server = grpc.server(
    futures.ThreadPoolExecutor(8),
    options=[("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)],
)
server.add_generic_rpc_handlers([Handler()])
server.add_insecure_port(f"127.0.0.1:{sys.argv[1]}")
server.start()
server.wait_for_termination()
