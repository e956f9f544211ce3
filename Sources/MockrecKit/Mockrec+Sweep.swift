import Foundation
import MockrecCore
import Synchronization

extension Mockrec {
  /// Runs a command once for each recorded exchange and each kind of fault, and tells which it survived.
  ///
  /// - Throws: `Failure`, with its exit status, when the sweep cannot begin: 64 for nothing to be swept, 1 for a command
  ///   that fails without any fault.
  public static func sweep(
    _ options: RunOptions, _ sweep: SweepOptions, console: Console
  ) async throws -> RunSummary {
    guard !options.command.isEmpty else {
      throw Failure.usage(
        Diagnostic("a sweep runs a command, and there is none", fix: "mockrec sweep … -- COMMAND"))
    }
    for report in sweep.reports {
      guard [.json, .html].contains(report.kind) else {
        throw Failure.usage(
          Diagnostic("--report \(report.kind.rawValue): a sweep has no such report", fix: "write json=F or html=F"))
      }
      try report.check()
    }
    let folder = "\(options.stateDirectory ?? ".mockrec")/sweep"
    var plan = try SweepPlan(options, sweep, folder: folder)
    // What an earlier sweep left is not this one's.
    try? FileManager.default.removeItem(atPath: folder)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let redactor = Redactor(of: options.services)
    let runner = SweepRun(options: options, sweep: sweep, indexes: plan.indexes, redactor: redactor)
    let signal = StopSignal()
    defer { signal.close() }
    let baseline = try await Self.interruptible(by: signal) {
      try await runner.run(overlay: nil, state: "\(folder)/baseline")
    }
    try Self.check(baseline, sweep, wasInterrupted: signal.hasCome)
    for cell in plan.cells {
      try Data(cell.text.utf8).write(to: URL(fileURLWithPath: cell.overlay))
      plan.rows[cell.row].cells[cell.column].again = shellLine(
        ["mockrec", "replay"] + sweep.replayWords
          + ["--overlay", cell.overlay, "--seed", "\(options.seed)", "--"] + options.command, redactor)
    }
    let rows = try await Self.cells(of: plan, runner, signal: signal, console: console)
    let report = SweepReport(
      seed: options.seed, command: shellLine(options.command, redactor), baseline: baseline.duration,
      faults: plan.faults.map(\.name), rows: rows, wasInterrupted: signal.hasCome)
    let unwritten = sweep.reports.compactMap { $0.write(report) }
    for problem in unwritten { console.message("error: \(problem)\n") }
    return RunSummary(
      exitStatus: unwritten.isEmpty ? report.exitStatus : ExitStatus.finding,
      text: SweepText(report, columns: console.columns).text)
  }

  /// The services that a sweep serves: all that have a cassette or a model, and each that is to be swept.
  ///
  /// - Throws: `Failure` with exit status 64 for a service that there is not.
  public static func sweptServices(_ options: RunOptions, _ sweep: inout SweepOptions) throws -> RunOptions {
    let names = options.services.map(\.name)
    for name in sweep.services where !names.contains(name) {
      throw Failure.usage(
        Diagnostic(
          "there is no service '\(name)'", nearest: nearestWord(to: name, among: names),
          fix: "use one of: \(names.joined(separator: ", "))"))
    }
    var options = options
    let all = options.services
    options.services = all.filter { service in
      sweep.services.contains(service.name) || service.fake != nil || service.handler != nil
        || FileManager.default.fileExists(atPath: service.cassette)
    }
    // A cassette that is not there is told as ever.
    if options.services.isEmpty { options.services = all }
    options.otherServices = names.filter { name in !options.services.contains { $0.name == name } }
    if sweep.services.isEmpty {
      let served = options.services.filter { FileManager.default.fileExists(atPath: $0.cassette) }
      sweep.services = (served.isEmpty ? options.services : served).map(\.name)
    }
    if all.first?.origin != nil, options.services.count < all.count {
      sweep.replayWords = options.services.map(\.name) + sweep.replayWords
    }
    return options
  }

  /// A command that fails by itself tells nothing of faults.
  private static func check(_ run: SweepRun.Result, _ sweep: SweepOptions, wasInterrupted: Bool) throws {
    let why: String
    if wasInterrupted {
      why = "it was interrupted"
    } else if run.timedOut {
      why = "it did not end within \(sweep.timeout.shown)"
    } else if run.status != 0 {
      why = "it ended with \(run.status)"
    } else if run.served == 0 {
      why = "it asked nothing of the services: are their addresses taken from the environment?"
    } else {
      return
    }
    throw Failure(
      ExitStatus.finding,
      "error: without any fault, the command does not pass: \(why); nothing else was run\n" + tail(run.output))
  }

  /// Runs all cells, so many at once, until a signal comes.
  private static func cells(
    of plan: SweepPlan, _ runner: SweepRun, signal: StopSignal, console: Console
  ) async throws -> [SweepReport.Row] {
    try await Self.interruptible(by: signal) {
      var rows = plan.rows
      var waiting = plan.cells[...]
      var done = 0
      try await withThrowingTaskGroup(of: (SweepPlan.Cell, SweepRun.Result).self) { group in
        var running = 0
        while true {
          while running < runner.sweep.jobs, !Task.isCancelled, let cell = waiting.popFirst() {
            group.addTask { (cell, try await runner.run(overlay: cell.overlay, state: cell.state)) }
            running += 1
          }
          guard let (cell, result) = try await group.next() else { break }
          running -= 1
          done += 1
          if console.isTerminal { console.message("\rsweep: \(done) of \(counted(plan.cells.count, "run"))\u{1b}[K") }
          // A run that was ended by the signal has no result of its own.
          if !Task.isCancelled { rows[cell.row].cells[cell.column].take(result) }
        }
      }
      if console.isTerminal { console.message("\r\u{1b}[K") }
      return rows
    }
  }

  /// Cancels the work when the user wants to stop.
  private static func interruptible<Value: Sendable>(
    by signal: StopSignal, _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let task = Task { try await work() }
    let watch = Task { if await signal.wait() != nil { task.cancel() } }
    defer { watch.cancel() }
    return try await task.value
  }
}

extension SweepReport.Cell {
  fileprivate mutating func take(_ result: SweepRun.Result) {
    self.outcome =
      result.fired == 0
      ? .notFired : result.timedOut ? .timedOut : result.status == 0 ? .survived : .failed(result.status)
    self.duration = result.duration
    self.fired = result.fired
    self.missed = result.missed
    self.output = tail(result.output)
  }
}

/// The last lines of a command's output, as they are shown.
private func tail(_ output: String) -> String {
  let lines = output.suffix(2000).split(separator: "\n", omittingEmptySubsequences: false)
  return lines.suffix(12).joined(separator: "\n")
}
