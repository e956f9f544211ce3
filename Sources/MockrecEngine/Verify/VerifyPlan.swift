import MockrecCore
import MockrecWire

/// Everything a verification is to do, read and parsed before its first request.
package struct VerifyPlan: Sendable {
  package var units: VerifyUnits
  package var services: [VerifyReport.Service]
  package var settings: VerifySettings

  package init(units: VerifyUnits, services: [VerifyReport.Service], settings: VerifySettings = VerifySettings()) {
    self.units = units
    self.services = services
    self.settings = settings
  }
}

/// One request and what is expected of its answer.
package struct VerifyStep: Sendable {
  package var entry: Entry
  /// The text that the entry was read from.
  package var source: SourceText
  package var wire: any ContractWire
  package var client: any ContractClient
  /// Whether the entry was recorded: then its literal response is the fake's own answer, a real one that differs is
  /// drift, and only its asserts can be broken.
  package var isRecorded: Bool
  /// What is known of how its service varies this answer by itself.
  package var known = Noise()
  /// Gives the bytes of a file that the entry names.
  package var readFile: @Sendable (String) -> [UInt8]?
  /// Writes a file that the entry names, and says why it cannot.
  package var writeFile: @Sendable (String, [UInt8]) -> String?

  package init(
    _ entry: Entry, in source: SourceText, wire: any ContractWire, client: any ContractClient, isRecorded: Bool = false,
    readFile: @escaping @Sendable (String) -> [UInt8]? = { _ in nil },
    writeFile: @escaping @Sendable (String, [UInt8]) -> String? = { _, _ in "nothing is written here" }
  ) {
    self.entry = entry
    self.source = source
    self.wire = wire
    self.client = client
    self.isRecorded = isRecorded
    self.readFile = readFile
    self.writeFile = writeFile
  }

  var expectation: ContractExpectation? {
    self.wire.expected(of: self.entry, in: self.source).map { ContractExpectation($0, in: self.source) }
  }

  /// The request line as written.
  var summary: String { "\(self.entry.request.verb) \(self.entry.request.target.spelling)" }

  var place: Diagnostic.Place { Diagnostic.Place(self.source, at: self.entry.span.lowerBound) }
}

package struct VerifySettings: Sendable {
  /// nil asks both sides and compares them.
  package var only: VerifyReport.Only?
  /// How often the real is asked where the request is safe; at least 1. One sample teaches no noise.
  package var samples = 3
  /// How often a run may ask once more, after `secondLookAfter`, where the real differs from the fake in values alone:
  /// what changes with the clock looks alike in samples that follow at once.
  package var secondLooks = 20
  package var secondLookAfter = Duration.milliseconds(1_100)
  /// How many units run at once.
  package var jobs = 4
  package var failOn = VerifyReport.FailOn.breaking
  package var allowVacuous = false
  /// Names of headers that are not compared, beside those of the connection: a service's, or where a step speaks of none
  /// its wire's.
  package var ignoredHeaders: @Sendable (_ service: String?, _ wire: any ContractWire) -> Set<String> = { _, _ in [] }
  /// How mockrec.yaml judges differences, by service.
  package var driftRules: [String: [DriftRule]] = [:]
  /// What both answers of a service go through before they are compared: redaction, since a cassette holds pseudonyms.
  package var comparable: @Sendable (_ service: String?, _ answer: Answer) -> Answer = { $1 }
  /// A real answer as a cassette would hold it, to heal an entry with; nil where that is not known.
  package var recordable: @Sendable (_ service: String?, _ answer: Answer) -> Message? = { _, _ in nil }
  /// Whether what would heal one more entry is of use.
  package var heals: @Sendable () -> Bool = { true }
  /// Variables that every unit begins with.
  package var variables: Variables = [:]
  /// What the words of contracts need of the world outside.
  package var services = ContractServices()
  /// Waits for `delay` and between retries.
  package var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  package var seed: UInt64 = 0
  /// When the run began, as an ISO 8601 date: the engine reads no calendar.
  package var started = ""

  package init() {}
}
