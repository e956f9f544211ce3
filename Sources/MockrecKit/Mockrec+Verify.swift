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
    let curl = CurlClient(maximumConcurrent: max(1, verify.jobs) * 2)
    defer { curl.shutdown() }
    let loops = EventLoops(threads: options.threads)
    let client = Self.client(curl, loops, bindings)
    var library = ContractLibrary(
      wires: Dictionary(bindings.map { ($0.settings.name, $0.service.wire) }, uniquingKeysWith: { $1 }), client: client,
      headers: verify.headers)
    let all = try Self.units(verify, bindings, &library)
    let units = all.filter { unit in !options.otherServices.contains(where: unit.mentions) }
    let used = bindings.filter { binding in units.contains { $0.mentions(binding.settings.name) } }
    let plan = VerifyPlan(
      units: units, services: used.map { .init(name: $0.settings.name, real: $0.real) },
      settings: Self.settings(options, verify, bindings))
    let hide = Self.hide(bindings)
    let journal = RunJournal(mode: "verify", options: options, console: console)
    do {
      let fakes = try FakePool(
        verify.only == .real ? [] : used, seed: options.seed, loops: loops)
      let watcher = VerifyWatcher(journal: journal, console: console, hide: hide)
      let report = try await Verifier(plan, fakes: fakes, observe: { watcher.see($0) }).run()
      watcher.end()
      await fakes.close()
      await loops.shutdown()
      let status = Int32(report.exitStatus)
      journal.close(
        exitStatus: status, counts: [("steps", report.steps.count)],
        verdicts: Verdict.allCases.map { ($0.rawValue, report.count($0)) },
        findings: VerifyFindings(report: report, hide: hide).list)
      try Self.write(report, verify, hide)
      var text = TerminalReport(report, color: console.isColoured, redact: hide).text
      if units.count < all.count {
        text += "left out: \(counted(all.count - units.count, "contract")) of services that --service does not name\n"
      }
      if !library.skipped.isEmpty {
        text +=
          "skipped: \(counted(library.skipped.count, "recorded request")) whose secrets the cassette does not hold; "
        text += "--header 'Name: value' sends them\n" + listed(library.skipped)
      }
      return RunSummary(exitStatus: status, text: text)
    } catch {
      await loops.shutdown()
      journal.close(exitStatus: (error as? Failure)?.exitStatus ?? ExitStatus.data, counts: [])
      if let problems = error as? Diagnostics { throw Failure.data(problems) }
      throw error
    }
  }

  /// Recorded exchanges for the folder of a cassette, and a unit for every other file.
  private static func units(
    _ verify: VerifyOptions, _ bindings: [ServiceBinding], _ library: inout ContractLibrary
  ) throws -> [VerifyUnit] {
    var units: [VerifyUnit] = []
    var files: [String] = []
    for path in verify.contracts {
      let folder = URL(fileURLWithPath: path).standardizedFileURL
      let recorded = bindings.first {
        URL(fileURLWithPath: $0.settings.cassette).standardizedFileURL.path == folder.path
      }
      if let recorded {
        units += try library.units(of: recorded, includesUnsafe: verify.includesUnsafe)
      } else {
        files.append(path)
      }
    }
    return try units + library.units(of: files)
  }

  /// What hides secrets in reports, by the rules of every service.
  private static func hide(_ bindings: [ServiceBinding]) -> @Sendable (_ path: String, _ value: String) -> String {
    let each = bindings.map { ReportRedaction.standard($0.service.rules.redactor) }
    let all = each.isEmpty ? [ReportRedaction.standard(Redactor())] : each
    return { path, value in all.reduce(value) { $1(path, $0) } }
  }

  /// Requests over HTTP go out by libcurl, those of other wires by their own machines.
  private static func client(
    _ curl: CurlClient, _ loops: EventLoops, _ bindings: [ServiceBinding]
  ) -> (any Wire, Bool) -> any ContractClient {
    let timeout = bindings.map(\.settings.timeout).max() ?? .seconds(30)
    return { wire, isRecorded in
      if let wire = wire as? any DatagramWire {
        let limits = bindings.first { $0.service.wire.name == wire.name }?.service.limits ?? WireLimits()
        return DatagramContractClient(wire: wire, limits: limits, group: loops.group)
      }
      if let wire = wire as? any StreamWire {
        let limits = bindings.first { $0.service.wire.name == wire.name }?.service.limits ?? WireLimits()
        return StreamContractClient(
          wire: wire, limits: limits, timeout: timeout,
          keepsConnections: !isRecorded || !wire.entriesStandAlone, origins: bindings.compactMap(\.service.origin),
          group: loops.group)
      }
      return CurlContractClient(
        client: curl, timeout: timeout,
        decode: { body, fields in wire.decoded(body, fields: fields, limit: 64 << 20) })
    }
  }

  private static func settings(
    _ options: RunOptions, _ verify: VerifyOptions, _ bindings: [ServiceBinding]
  ) -> VerifySettings {
    var settings = VerifySettings()
    settings.only = verify.only.flatMap { VerifyReport.Only(rawValue: $0.rawValue) }
    settings.samples = max(1, verify.samples)
    settings.jobs = max(1, verify.jobs)
    settings.failOn = VerifyReport.FailOn(rawValue: verify.failOn.rawValue) ?? .breaking
    settings.allowVacuous = options.allowVacuous
    settings.ignoredHeaders = bindings.reduce(into: Wires.all[0].volatileFields) { $0.formUnion($1.volatile) }
    settings.driftRules = Dictionary(
      bindings.map { ($0.settings.name, $0.settings.drift) }, uniquingKeysWith: { $1 })
    settings.variables = verify.variables.mapValues { .string($0) }
    let byName = Dictionary(bindings.map { ($0.settings.name, $0) }, uniquingKeysWith: { $1 })
    settings.comparable = { service, answer in
      service.flatMap { byName[$0] }?.comparable(answer) ?? answer.redacted(with: Redactor())
    }
    settings.seed = options.seed
    settings.started = Date().formatted(.iso8601)
    return settings
  }

  private static func write(
    _ report: VerifyReport, _ verify: VerifyOptions, _ hide: @escaping @Sendable (String, String) -> String
  ) throws {
    guard let path = verify.jsonReport else { return }
    let text = JSONReport(report, redact: hide).text
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw Failure(
        ExitStatus.finding, "error: the report cannot be written to \(path): \((error as NSError).localizedDescription)"
      )
    }
  }
}

extension VerifyUnit {
  /// Whether a step of it speaks of this service.
  fileprivate func mentions(_ service: String) -> Bool {
    self.steps.contains { step in
      let texts = [step.entry.request.target] + step.entry.request.headers.map(\.value)
      return texts.contains { $0.placeholders.contains(service) }
    }
  }
}
