import Dispatch
import MockrecCore
import MockrecEngine
import MockrecStore
import MockrecTransport
import MockrecWire
import Synchronization

/// Asks a real service for the types of its messages while it is recorded, and keeps them in the cassette.
final class SchemaLearner: SchemaLearning {
  private let wire: any SchemaWire
  private let address: String
  private let client: any ContractClient
  private let folder: CassetteFolder
  private let console: Console
  private let name: String

  /// How long a service may take to tell.
  private static let patience = DispatchTimeInterval.seconds(10)

  /// - Returns: nil for a wire whose messages tell by themselves what they are, and without a real service.
  init?(_ binding: ServiceBinding, folder: CassetteFolder, loops: EventLoops?, console: Console) {
    guard let loops, let wire = binding.service.wire as? any SchemaWire, let address = binding.real else { return nil }
    self.wire = wire
    self.address = address
    self.folder = folder
    self.console = console
    self.name = binding.service.name
    let origins = [binding.service.origin].compactMap { $0 }
    let curl = CurlContractClient(
      client: CurlClient(maximumConcurrent: 1), wire: wire, timeout: .seconds(5), origins: origins
    ) { body, _ in body }
    self.client = DialogueContractClient(
      wire: wire, otherwise: curl, limits: binding.service.limits, timeout: .seconds(5), origins: origins,
      group: loops.group)
    self.keep()
  }

  func knows(_ request: Message) -> Bool { self.wire.knows(request) }

  func learn(_ request: Message) {
    // Another exchange may have asked meanwhile.
    guard !self.wire.knows(request) else { return }
    let done = DispatchSemaphore(value: 0)
    let found = Notes()
    Task {
      let notes = await self.wire.learn(request, at: self.address, ask: self.client)
      found.list.withLock { $0 = notes }
      done.signal()
    }
    guard done.wait(timeout: .now() + Self.patience) == .success else {
      return self.console.message("\(self.name): the service takes long to describe its messages\n")
    }
    for note in found.list.withLock({ $0 }) { self.console.message("\(self.name): \(note)\n") }
    self.keep()
  }

  private final class Notes: Sendable {
    let list = Mutex<[String]>([])
  }

  /// Writes down what is known: replay reads messages by it.
  private func keep() {
    guard let schema = self.wire.schema else { return }
    do {
      try self.folder.write(self.wire.schemaFile, schema)
    } catch {
      self.console.message("error: \(self.name): \(error)\n")
    }
  }
}
