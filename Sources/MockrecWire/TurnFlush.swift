import NIOCore

/// Sends what a handler has written once a turn of its event loop, when that has read what there was on all its
/// connections: several writes in a row wake a peer once, where one after each reading would wake it each time.
package struct TurnFlush: Sendable {
  private var isDue = false

  package init() {}

  /// Has `handler` send what it has written when the turn ends. Called on the event loop.
  package static func schedule(_ handler: any TurnFlushing, on eventLoop: any EventLoop) {
    guard !handler.turnFlush.isDue else { return }
    handler.turnFlush.isDue = true
    let bound = NIOLoopBound(handler, eventLoop: eventLoop)
    eventLoop.execute {
      bound.value.turnFlush.isDue = false
      bound.value.turnEnded()
    }
  }
}

/// A handler that sends what it has written once a turn.
package protocol TurnFlushing: AnyObject {
  var turnFlush: TurnFlush { get set }
  /// Sends what was written.
  func turnEnded()
}
