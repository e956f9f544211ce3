import NIOCore
import NIOPosix

/// The pipes of a process, on an event loop.
package enum ProcessPipes {
  /// Serves a pipe that is read from, and one that is written to if there is one. Both descriptors are closed with the
  /// channel, or at once where there is none.
  ///
  /// - Parameter handler: Made on the event loop.
  package static func open(
    reading: CInt, writing: CInt? = nil, on loop: any EventLoop, handler: @escaping @Sendable () -> any ChannelHandler
  ) -> EventLoopFuture<any Channel> {
    let bootstrap = NIOPipeBootstrap(group: loop)
      .channelOption(.maxMessagesPerRead, value: 1)
      .channelOption(
        .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 4096, initial: 65_536, maximum: 65_536)
      )
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(handler()) }
      }
    let opened =
      writing.map { bootstrap.takingOwnershipOfDescriptors(input: reading, output: $0) }
      ?? bootstrap.takingOwnershipOfDescriptor(input: reading)
    return opened.flatMapErrorThrowing { error in
      close(reading)
      if let writing { close(writing) }
      throw error
    }
  }
}
