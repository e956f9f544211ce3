import MockrecWire
import NIOCore

/// Listens to a connection that is forwarded and not read: it is counted, and so is its failure.
package final class BlankTape: TunnelTape {
  private let run: OriginRun
  private let connection: Int

  package init(run: OriginRun, connection: Int) {
    self.run = run
    self.connection = connection
    run.tally.forward()
  }

  package var isBehind: Bool { false }
  package func giveUp() {}
  package func passed(_ bytes: ByteBuffer, from party: WireError.Party) {}
  package func ended(_ party: WireError.Party) {}

  package func failed(_ failure: OriginFailure) {
    self.run.tally.fail("connection \(self.connection): \(failure.message)")
    self.run.journal.write(
      JournalEvent(
        service: self.run.service.name, outcome: .failed, summary: "", status: failure.kind.rawValue,
        connection: self.connection, note: failure.message))
  }
}
