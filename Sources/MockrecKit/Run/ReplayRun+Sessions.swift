import MockrecEngine
import MockrecWire
import NIOCore

extension ReplayRun: SessionRun {
  func scoped(
    _ fixed: Session?, in sessions: SessionTable
  ) -> @Sendable (any ReplyWriter, any Channel) -> any Conversation {
    let service = self.binding.service
    return { writer, channel in
      ScopedConversation(sessions, service: service, fixed: fixed, writer: writer, channel: channel)
    }
  }

  func open(_ session: Session) throws { try self.open(session, state: ReplayState(self.index)) }
}
