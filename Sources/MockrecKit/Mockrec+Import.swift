import MockrecCore

/// Where imported exchanges go.
public struct ImportOptions: Sendable {
  /// The cassette's folder; that of the service when nil.
  public var cassette: String?
  /// The service that the exchanges are of; found by its address when nil.
  public var service: String?
  /// The only origin whose exchanges are taken; all of them when nil.
  public var origin: RealURL?
  /// The mockrec.yaml with the services; the nearest one, if any, when nil.
  public var config: String?
  public var mode: RecordMode = .append
  /// For `${NAME}` in mockrec.yaml.
  public var environment: [String: String] = [:]

  public init() {}
}

extension Mockrec {
  /// Makes cassettes of an HTTP Archive (HAR 1.2), as if its exchanges had been recorded.
  ///
  /// Nothing is written where the file does not parse, or where the options do not say into which cassette.
  ///
  /// - Returns: What was recorded and what was not. Exit status 1 where nothing was, or something was lost.
  /// - Throws: A `Diagnostic` for a file that is no archive; `Failure` where the options do not fit it.
  public static func importHAR(
    _ source: SourceText, _ options: ImportOptions, console: Console
  ) throws -> RunSummary {
    let archive = try HARArchive(source)
    let run = try self.servicesForImport(options)
    let plan = HARImport(archive: archive, options: options, known: run.services)
    var leftOut = archive.leftOut
    let groups = try plan.groups(leftOut: &leftOut)
    let journal = RunJournal(mode: "import", options: run, console: console)
    var text = "import: \(counted(groups.reduce(0) { $0 + $1.items.count }, "exchange")) of \(source.name)\n"
    var status = groups.isEmpty ? ExitStatus.finding : ExitStatus.fine
    var notes = InterchangeNotes()
    var counts: [(String, Int)] = []
    for group in groups {
      let recorded = try HARImport.record(group, mode: options.mode, journal: journal, console: console)
      counts.append((group.settings.name, recorded.exchanges))
      text +=
        "  \(group.settings.name): \(counted(recorded.exchanges, "exchange")) with \(group.origin), "
        + "\(recorded.added.count) new in \(group.settings.cassette)"
        + (recorded.known > 0 ? ", \(recorded.known) known before" : "") + "\n" + listed(recorded.added)
      if recorded.lost > 0 {
        status = ExitStatus.finding
        text += "  LOST: \(counted(recorded.lost, "exchange")) could not be written; the cassette is not whole\n"
      }
      for item in group.items { notes.add(item.notes) }
    }
    if groups.isEmpty { text += "  nothing to import\n" }
    text += leftOut.text("left out") + notes.text("not as it was")
    journal.close(exitStatus: status, counts: counts)
    return RunSummary(exitStatus: status, text: text)
  }

  /// The services of mockrec.yaml, where there is one; a name that was given needs none.
  private static func servicesForImport(_ options: ImportOptions) throws -> RunOptions {
    if options.config == nil, let none = self.optionsWithoutConfig() { return none }
    return try self.options(config: options.config, environment: options.environment)
  }
}

extension InterchangeNotes {
  /// As a summary shows it.
  func text(_ title: String) -> String {
    guard !self.isEmpty else { return "" }
    return "  \(title):\n"
      + self.list.map { note in
        let more = note.count > note.examples.count ? ", …" : ""
        return "    \(note.count) × \(note.text)\n      \(note.examples.joined(separator: ", ").printable())\(more)\n"
      }.joined()
  }
}
