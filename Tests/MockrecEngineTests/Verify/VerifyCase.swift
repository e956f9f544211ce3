import MockrecCore
import MockrecWire
import Synchronization
import Testing

@testable import MockrecEngine

/// A contract, what both sides answer in turn, and the verdict. Answers are `200 {"json": 1}`, `down` and `miss`.
struct VerifyCase: CustomTestStringConvertible, Sendable {
  var name: String
  var contract: String?
  var fake: [String]
  var real: [String]
  var verdict: Verdict
  var exit: Int32
  var settings = VerifySettings()
  var isRecorded: Bool

  init(
    _ name: String, contract: String? = nil, fake: [String], real: [String], _ verdict: Verdict, exit: Int32,
    only: VerifyReport.Only? = nil, failOn: VerifyReport.FailOn = .breaking, allowVacuous: Bool = false,
    isRecorded: Bool = false
  ) {
    self.name = name
    self.contract = contract
    self.fake = fake
    self.real = real
    self.verdict = verdict
    self.exit = exit
    self.isRecorded = isRecorded
    self.settings.only = only
    self.settings.failOn = failOn
    self.settings.secondLookAfter = .zero
    self.settings.allowVacuous = allowVacuous
  }

  var testDescription: String { self.name }

  func run(default contract: String) async throws -> (report: VerifyReport, asked: [String]) {
    let asked = Mutex<[String]>([])
    let report = try await self.verifier(default: contract) { text in asked.withLock { $0.append(text) } }.run()
    return (report, asked.withLock { $0 })
  }

  func verifier(default contract: String, asked: @escaping @Sendable (String) -> Void) throws -> Verifier {
    let client = ScriptedClient(fake: self.fake, real: self.real)
    var plan = try Self.plan(
      units: [("t.hurl", self.contract ?? contract)], client: client, isRecorded: self.isRecorded)
    plan.settings = self.settings
    return Verifier(plan, fakes: ScriptedFakes()) { event in
      if case .asked(let exchange) = event { asked(exchange.request.message.start.joined(separator: " ")) }
    }
  }

  static func plan(units: [(String, String)], client: any ContractClient, isRecorded: Bool) throws -> VerifyPlan {
    let units = try units.map { name, text in
      let source = SourceText(name: name, text: text)
      return VerifyUnit(
        name: name,
        steps: try NotationParser.parse(source).entries.map {
          VerifyStep($0, in: source, wire: PlainWire(), client: client, isRecorded: isRecorded)
        })
    }
    return VerifyPlan(
      units: VerifyUnits(units), services: [VerifyReport.Service(name: "api", real: "real:")])
  }
}

/// A wire whose start line is the request line with its templates rendered.
struct PlainWire: ContractWire {
  func contractRequest(
    for entry: Entry, scope: ContractScope, file: SourceText
  ) throws(Diagnostic) -> ContractRequest {
    ContractRequest(
      message: Message(start: [entry.request.verb, try scope.text(entry.request.target, in: file)]))
  }

  var contractOptions: Set<String> { [] }

  func isSafe(_ entry: Entry) -> Bool { entry.request.verb == "GET" }

  func answer(recorded reply: Message, to request: Message) -> Answer? { nil }
}

/// Gives each side's answers in turn, the last one again and again.
final class ScriptedClient: ContractClient {
  private let answers: Mutex<(fake: [String], real: [String])>

  init(fake: [String], real: [String]) { self.answers = Mutex((fake, real)) }

  func ask(_ request: ContractRequest) async throws(OriginFailure) -> Answer {
    let isFake = request.message.start[1].hasPrefix("fake:")
    let text = self.answers.withLock { lists in
      isFake ? Self.next(&lists.fake) : Self.next(&lists.real)
    }
    if text == "down" { throw OriginFailure(.unreachable, "no connection") }
    if text == "miss" {
      return Answer(version: "HTTP/1.1", status: 501, fields: Fields([("X-Mockrec", "miss")]))
    }
    let parts = text.split(separator: " ", maxSplits: 1)
    return Answer(
      version: "HTTP/1.1", status: Int(parts[0]), fields: Fields([("Content-Type", "application/json")]),
      body: Array((parts.last ?? "").utf8))
  }

  private static func next(_ list: inout [String]) -> String {
    list.count > 1 ? list.removeFirst() : list.first ?? "down"
  }
}

/// Meets the contract `{"n": 1}`, after a while that differs from one request to the next.
struct EchoClient: ContractClient {
  func ask(_ request: ContractRequest) async throws(OriginFailure) -> Answer {
    for _ in 0..<(request.message.start[1].count % 7) { await Task.yield() }
    return Answer(
      version: "HTTP/1.1", status: 200, fields: Fields([("Content-Type", "application/json")]),
      body: Array(#"{"n": 1}"#.utf8))
  }
}

/// Fakes at `fake:`, and how many of them are leased.
final class ScriptedFakes: FakeProvider {
  let open = Mutex(0)

  func lease(service: String, part: Int?) async throws -> any FakeLease {
    self.open.withLock { $0 += 1 }
    return Lease { self.open.withLock { $0 -= 1 } }
  }

  struct Lease: FakeLease {
    let address = "fake:"
    let release: @Sendable () -> Void
    func end() async { self.release() }
  }
}
