import Foundation
import HTTPWire
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
    for file in verify.reports { try file.check() }
    let bindings = try options.services.map { try ServiceBinding($0, needsOrigin: verify.only != .fake) }
    for warning in bindings.compactMap(\.warning) { console.message(warning) }
    let curl = CurlClient(maximumConcurrent: max(1, verify.jobs) * 2)
    defer { curl.shutdown() }
    let loops = EventLoops(threads: options.threads)
    let client = Self.client(curl, loops, bindings)
    var library = ContractLibrary(
      wires: Dictionary(bindings.map { ($0.settings.name, $0.service.wire) }, uniquingKeysWith: { $1 }), client: client,
      headers: verify.headers)
    if let path = verify.protoDescriptor {
      library.others = try Wires.all.map { try ServiceBinding.described($0, by: [(path, UserFile.read(path).bytes)]) }
    }
    let (units, leftOut) = try Self.units(options, verify, bindings, &library)
    let used = try bindings.filter { binding in try units.contains { try $0.mentions(binding.settings.name) } }
    let healing = HealWriter()
    var plan = VerifyPlan(
      units: units, services: used.map { .init(name: $0.settings.name, real: $0.real) },
      settings: Self.settings(options, verify, bindings))
    plan.settings.heals = { healing.hasRoom }
    let hide = Self.hide(bindings)
    let journal = RunJournal(mode: "verify", options: options, console: console)
    let began = Date()
    let receipts = ReceiptWriter(verify.only == .fake ? [] : used)
    let results: SpilledResults
    let report: VerifyReport
    do {
      let fakes = try FakePool(
        verify.only == .real ? [] : used, units: units, parts: library.parts, seed: options.seed, loops: loops)
      results = try SpilledResults(in: FileManager.default.temporaryDirectory.path)
      let watcher = VerifyWatcher(journal: journal, console: console, hide: hide)
      report = try await Verifier(
        plan, fakes: fakes, results: results,
        observe: { event in
          watcher.see(event)
          receipts.see(event)
          healing.see(event)
        }
      ).run()
      watcher.end()
      await fakes.close()
      await loops.shutdown()
    } catch {
      await loops.shutdown()
      journal.close(exitStatus: (error as? Failure)?.exitStatus ?? ExitStatus.data, counts: [])
      if let problems = error as? Diagnostics { throw Failure.data(problems) }
      if let problem = error as? StoreError {
        throw Failure(
          ExitStatus.finding,
          Diagnostic(
            "what was found so far could not be set aside: \(problem)", fix: "make room, or set TMPDIR to where some is"
          ).description)
      }
      throw error
    }
    let status = Int32(report.exitStatus)
    let trend = journal.close(
      exitStatus: status, counts: [("steps", report.tally.steps)],
      verdicts: Verdict.allCases.map { ($0.rawValue, report.count($0)) },
      found: VerifyFindings(report: report, hide: hide))
    for problem in receipts.write(report, at: began, hide: hide) { console.message("warning: \(problem)\n") }
    if let directory = options.stateDirectory, let problem = healing.write(report, at: began, to: directory) {
      console.message("warning: \(problem)\n")
    }
    var unwritten = verify.reports.compactMap { $0.write(report, trend: trend, redact: hide) }
    var text = TerminalReport(report, color: console.isColoured, columns: console.columns, redact: hide).text
    if leftOut > 0 {
      text += "left out: \(counted(leftOut, "contract")) of services that --service does not name\n"
    }
    if !library.skipped.isEmpty {
      text += "skipped: \(counted(library.skipped.count, "recorded request"))\n" + listed(library.skipped)
    }
    if let problem = results.problem { unwritten.append("what was found is not told whole: \(problem)") }
    // What was found is told all the same.
    for problem in unwritten { console.message("error: \(problem)\n") }
    return RunSummary(exitStatus: status == 0 && !unwritten.isEmpty ? ExitStatus.finding : status, text: text)
  }

  /// Recorded exchanges for the folder of a cassette, and a unit for every other file.
  ///
  /// - Returns: How many files were left out, as they speak of other services, as well.
  private static func units(
    _ options: RunOptions, _ verify: VerifyOptions, _ bindings: [ServiceBinding], _ library: inout ContractLibrary
  ) throws -> (units: VerifyUnits, leftOut: Int) {
    var units: VerifyUnits = []
    var files: [String] = []
    for path in verify.contracts {
      let folder = URL(fileURLWithPath: path).standardizedFileURL
      let recorded = bindings.first {
        URL(fileURLWithPath: $0.settings.cassette).standardizedFileURL.path == folder.path
      }
      if let recorded {
        units = try units + library.units(of: recorded, includesUnsafe: verify.includesUnsafe)
      } else {
        files.append(path)
      }
    }
    let all = try library.units(of: files)
    let written = try all.filter { unit in try !options.otherServices.contains(where: unit.mentions) }
    return (units + VerifyUnits(written), all.count - written.count)
  }

  /// What hides secrets in reports: each service's by its own rules, what is nobody's by the usual ones.
  private static func hide(_ bindings: [ServiceBinding]) -> ReportRedaction.Hide {
    let usual = ReportRedaction.standard(Redactor())
    let byName = Dictionary(
      bindings.map { ($0.settings.name, ReportRedaction.standard($0.service.rules.redactor)) }, uniquingKeysWith: { $1 }
    )
    return { service, path, value in (service.flatMap { byName[$0] } ?? usual)(path, value) }
  }

  /// Requests over HTTP go out by libcurl, dialogues and those of other wires by their own machines.
  static func client(
    _ curl: CurlClient, _ loops: EventLoops, _ bindings: [ServiceBinding]
  ) -> ContractLibrary.MakeClient {
    let byName = Dictionary(bindings.map { ($0.settings.name, $0) }, uniquingKeysWith: { $1 })
    return { wire, service, isRecorded in
      // Services of HTTP share a client, and with it their cookies.
      let own = service.flatMap { byName[$0] }.map { [$0] }
      let limits = own?.first?.service.limits ?? WireLimits()
      let timeout =
        (own ?? bindings.filter { $0.service.wire.name == wire.name }).map(\.settings.timeout).max() ?? .seconds(30)
      if let wire = wire as? any DatagramWire {
        return DatagramContractClient(wire: wire, limits: limits, group: loops.group)
      }
      if let wire = wire as? any StreamWire {
        return StreamContractClient(
          wire: wire, limits: limits, timeout: timeout,
          keepsConnections: !isRecorded || !wire.entriesStandAlone, origins: bindings.compactMap(\.service.origin),
          group: loops.group)
      }
      let origins = bindings.compactMap(\.service.origin)
      let plain = CurlContractClient(
        client: curl, wire: wire, timeout: timeout, isRecorded: isRecorded, origins: origins, decode: Self.content)
      return DialogueContractClient(
        wire: wire, otherwise: plain, limits: limits, timeout: timeout, origins: origins, group: loops.group)
    }
  }

  /// A body as contracts see it. One that expands without end, and one that is not what its head says, is no answer.
  @Sendable private static func content(_ body: [UInt8], _ fields: Fields) throws(OriginFailure) -> [UInt8] {
    do {
      return try HTTPWire.content(of: body, fields: fields, limit: 64 << 20)
    } catch {
      throw OriginFailure(.malformed, "a malformed reply: \(error.description)")
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
    settings.variables = verify.variables.mapValues { ContractValue(written: $0) }
    settings.services = .live
    settings.driftRules = Dictionary(
      bindings.map { ($0.settings.name, $0.settings.drift) }, uniquingKeysWith: { $1 })
    let byName = Dictionary(bindings.map { ($0.settings.name, $0) }, uniquingKeysWith: { $1 })
    settings.ignoredHeaders = { service, wire in
      service.flatMap { byName[$0] }?.volatile ?? (wire as? any Wire)?.volatileFields ?? []
    }
    settings.comparable = { service, answer in
      service.flatMap { byName[$0] }?.comparable(answer) ?? answer.redacted(with: Redactor())
    }
    settings.recordable = { service, answer in service.flatMap { byName[$0] }?.recordable(answer) }
    settings.seed = options.seed
    settings.started = Date().formatted(.iso8601)
    return settings
  }
}

extension VerifyUnit {
  /// Whether a step of it speaks of this service.
  fileprivate func mentions(_ service: String) throws -> Bool {
    // What was recorded speaks of the service it was recorded from.
    if let recording { return recording.service == service }
    return try self.steps().contains { step in
      let texts = [step.entry.request.target] + step.entry.request.headers.map(\.value)
      return texts.contains { $0.placeholders.contains(service) }
    }
  }
}
