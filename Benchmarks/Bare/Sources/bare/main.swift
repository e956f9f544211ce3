import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix

/// Answers every call with the same message, as a gRPC server of one method would: head, message, trailers.
final class Answer: ChannelInboundHandler {
  typealias InboundIn = HTTP2Frame.FramePayload
  typealias OutboundOut = HTTP2Frame.FramePayload

  private let message: ByteBuffer
  private static let head = HPACKHeaders([(":status", "200"), ("content-type", "application/grpc")])
  private static let trailers = HPACKHeaders([("grpc-status", "0"), ("grpc-message", "")])

  init(_ message: ByteBuffer) { self.message = message }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .data(let data) = self.unwrapInboundIn(data), data.endStream else { return }
    context.write(self.wrapOutboundOut(.headers(.init(headers: Self.head))), promise: nil)
    context.write(self.wrapOutboundOut(.data(.init(data: .byteBuffer(self.message)))), promise: nil)
    context.writeAndFlush(
      self.wrapOutboundOut(.headers(.init(headers: Self.trailers, endStream: true))), promise: nil)
  }
}

let length = 100
var bytes = ByteBuffer(bytes: [0])
bytes.writeInteger(UInt32(length))
bytes.writeBytes([0x0A, UInt8(length - 2)] + Array(repeating: UInt8(ascii: "x"), count: length - 2))
let message = bytes
let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
let channel = try await ServerBootstrap(group: group)
  .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
  .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
  .childChannelInitializer { channel in
    channel.configureHTTP2Pipeline(mode: .server, connectionConfiguration: .init(), streamConfiguration: .init()) {
      stream in
      stream.eventLoop.makeCompletedFuture { try stream.pipeline.syncOperations.addHandler(Answer(message)) }
    }.map { _ in }
  }
  .bind(host: "127.0.0.1", port: 0).get()
print("listening \(channel.localAddress?.port ?? 0)")
fflush(nil)
try await channel.closeFuture.get()

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
