import MockrecEngine
import MockrecWire
import NIOCore

/// A served service of which every session has its own.
protocol SessionRun: ServedRun {
  var binding: ServiceBinding { get }
  /// Of all sessions.
  var tally: Tally { get }
  var strays: StrayRequests { get }
  /// Gives a session what it has of this service.
  func open(_ session: Session) throws
  func close(_ session: Session)
  /// Does what puts a session's counts back, and remembers what the run came to by them.
  func keepingCounts(of scope: ServiceScope, _ body: () -> Void)
  /// Makes what answers on one connection.
  ///
  /// - Parameter fixed: The session of everything that comes; nil where requests tell.
  func scoped(
    _ fixed: Session?, in sessions: SessionTable
  ) -> @Sendable (any ReplyWriter, any Channel) -> any Conversation
}

extension SessionRun {
  func keepingCounts(of scope: ServiceScope, _ body: () -> Void) { body() }

  func scoped(
    _ fixed: Session?, in sessions: SessionTable
  ) -> @Sendable (any ReplyWriter, any Channel) -> any Conversation {
    let (service, strays) = (self.binding.service, self.strays)
    return { writer, channel in
      ScopedConversation(sessions, service: service, fixed: fixed, strays: strays, writer: writer, channel: channel)
    }
  }
}

extension ReplayRun: SessionRun {
  func open(_ session: Session) throws { try self.open(session, state: ReplayState(self.index)) }
}
