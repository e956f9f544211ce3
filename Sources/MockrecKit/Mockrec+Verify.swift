import Foundation
import MockrecCore
import MockrecEngine
import MockrecStore
import MockrecTransport
import MockrecWire

extension Mockrec {
  /// Runs contracts against the fake and the real service, and says who is wrong.
  ///
  /// - Throws: `Failure`, with its exit status, when it cannot begin: nothing is sent before every contract was read.
  public static func verify(
    _ options: RunOptions, _ verify: VerifyOptions, console: Console
  ) async throws -> RunSummary {
    let bindings = try options.services.map { try ServiceBinding($0, needsOrigin: verify.only != .fake) }
    let redactor = bindings.first?.service.rules.redactor ?? Redactor()
    let curl = CurlClient(maximumConcurrent: max(1, verify.jobs) * 2)
    defer { curl.shutdown() }
    let library = ContractLibrary(client: Self.client(curl, bindings))
    let units =
      verify.recorded
      ? try bindings.flatMap { try library.units(of: $0, includesUnsafe: verify.includesUnsafe) }
      : try library.units(of: verify.contracts)
    let plan = VerifyPlan(
      units: units, services: bindings.map { .init(name: $0.settings.name, real: $0.real) },
      settings: Self.settings(options, verify, bindings))
    let journal = RunJournal(mode: "verify", options: options, console: console)
    let loops = EventLoops(threads: options.threads)
    do {
      let fakes = try FakePool(verify.only == .real ? [] : bindings, loops: loops, journal: journal)
      let watcher = VerifyWatcher(journal: journal, console: console, redactor: redactor)
      let report = try await Verifier(plan, fakes: fakes, observe: { watcher.see($0) }).run()
      watcher.end()
      await fakes.close()
      await loops.shutdown()
      let status = Int32(report.exitStatus)
      journal.close(
        exitStatus: status, counts: [("steps", report.steps.count)],
        verdicts: Verdict.allCases.map { ($0.rawValue, report.count($0)) }, findings: Self.findings(report, redactor))
      try Self.write(report, verify, redactor)
      let text = TerminalReport(report, color: console.isColoured, redact: ReportRedaction.standard(redactor)).text
      return RunSummary(exitStatus: status, text: text)
    } catch {
      await loops.shutdown()
      journal.close(exitStatus: (error as? Failure)?.exitStatus ?? ExitStatus.data, counts: [])
      if let problems = error as? Diagnostics { throw Failure.data(problems) }
      throw error
    }
  }

  private static func client(_ curl: CurlClient, _ bindings: [ServiceBinding]) -> CurlContractClient {
    let wire = bindings.first?.service.wire ?? Wires.all[0]
    return CurlContractClient(
      client: curl, timeout: bindings.map(\.settings.timeout).max() ?? .seconds(30),
      decode: { body, fields in wire.decoded(body, fields: fields, limit: 64 << 20) })
  }

  private static func settings(
    _ options: RunOptions, _ verify: VerifyOptions, _ bindings: [ServiceBinding]
  ) -> VerifySettings {
    var settings = VerifySettings()
    settings.only = verify.only.flatMap { VerifyReport.Only(rawValue: $0.rawValue) }
    settings.samples = max(1, verify.samples)
    settings.jobs = max(1, verify.jobs)
    settings.failOn = VerifyReport.FailOn(rawValue: verify.failOn.rawValue) ?? .any
    settings.allowVacuous = options.allowVacuous
    settings.ignoredHeaders = bindings.reduce(into: Wires.all[0].volatileFields) { $0.formUnion($1.volatile) }
    settings.variables = verify.variables.mapValues { .string($0) }
    let redactor = bindings.first?.service.rules.redactor ?? Redactor()
    settings.comparable = { $0.redacted(with: redactor) }
    settings.seed = options.seed
    settings.started = Date().formatted(.iso8601)
    return settings
  }

  private static func write(_ report: VerifyReport, _ verify: VerifyOptions, _ redactor: Redactor) throws {
    guard let path = verify.jsonReport else { return }
    let text = JSONReport(report, redact: ReportRedaction.standard(redactor)).text
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw Failure(
        ExitStatus.finding, "error: the report cannot be written to \(path): \((error as NSError).localizedDescription)"
      )
    }
  }

  private static func findings(_ report: VerifyReport, _ redactor: Redactor) -> [HistoryFinding] {
    let hide = ReportRedaction.standard(redactor)
    return report.steps.flatMap { step -> [HistoryFinding] in
      let contract = "\(step.place.file):\(step.place.position.line)"
      guard step.verdict != .agree else { return [] }
      if step.differences.isEmpty {
        return [
          HistoryFinding(
            service: step.service ?? "", contract: contract, verdict: step.verdict.rawValue, severity: "", path: "",
            kind: "")
        ]
      }
      return step.differences.map { difference in
        HistoryFinding(
          service: step.service ?? "", contract: contract, verdict: step.verdict.rawValue,
          severity: difference.severity.rawValue, path: difference.path, kind: difference.kind.rawValue,
          fake: difference.fake.map { hide(difference.path, $0) },
          real: difference.real.map { hide(difference.path, $0) })
      }
    }
  }
}
