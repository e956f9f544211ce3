import NIOCore
import Synchronization

/// The connections of a listener that are open, to be closed with it.
final class OpenChannels: Sendable {
  private let held = Mutex<(channels: [ObjectIdentifier: any Channel], isOver: Bool)>(([:], false))

  /// Closes it at once where all are closed already.
  func add(_ channel: any Channel) {
    let id = ObjectIdentifier(channel)
    let (isNew, isOver) = self.held.withLock { held in
      guard !held.isOver else { return (false, true) }
      return (held.channels.updateValue(channel, forKey: id) == nil, false)
    }
    if isOver { channel.close(promise: nil) }
    guard isNew else { return }
    channel.closeFuture.whenComplete { _ in self.held.withLock { $0.channels[id] = nil } }
  }

  func close() async {
    let channels = self.held.withLock { held in
      held.isOver = true
      return Array(held.channels.values)
    }
    // One that is closed already needs nothing more.
    for channel in channels { try? await channel.close().get() }
  }
}
