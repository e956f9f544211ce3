import NIOCore

/// Collects what an event loop's connections answered, and hands it to the journal in batches.
///
/// One for each event loop and service, used on that loop only.
package final class ServedBuffer {
  private static let batch = 4096
  private let service: String
  private let sink: any JournalSink
  private let eventLoop: any EventLoop
  @exclusivity(unchecked) private var events: [ServedEvent] = []
  @exclusivity(unchecked) private var isScheduled = false

  package init(service: String, sink: any JournalSink, eventLoop: any EventLoop) {
    self.service = service
    self.sink = sink
    self.eventLoop = eventLoop
    self.events.reserveCapacity(Self.batch)
  }

  @inline(__always)
  func append(_ event: ServedEvent) {
    self.events.append(event)
    if self.events.count >= Self.batch {
      self.flush()
    } else if !self.isScheduled {
      self.schedule()
    }
  }

  package func flush() {
    guard !self.events.isEmpty else { return }
    self.sink.served(self.events, service: self.service)
    self.events.removeAll(keepingCapacity: true)
  }

  private func schedule() {
    self.isScheduled = true
    let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
    self.eventLoop.scheduleTask(in: .milliseconds(100)) {
      bound.value.isScheduled = false
      bound.value.flush()
    }
  }
}
