import MockrecCore

extension Mockrec {
  /// The cassettes of services as one HTTP Archive (HAR 1.2), which browsers and proxies open.
  ///
  /// - Returns: The archive as JSON text, and a summary that lists what it cannot hold; exit status 1 where there was
  ///   nothing to export.
  /// - Throws: `Failure` with exit status 65 for a cassette that does not parse, 64 for one that is missing or too large.
  public static func exportHAR(_ options: RunOptions) throws -> (text: String, summary: RunSummary) {
    var export = HARExport()
    for service in options.services { try export.add(service) }
    let text =
      "export: \(counted(export.exchanges, "exchange")) of \(counted(options.services.count, "service"))\n"
      + export.notes.text("not in the archive")
    return (
      export.writer.json.prettyText + "\n",
      RunSummary(exitStatus: export.exchanges == 0 ? ExitStatus.finding : ExitStatus.fine, text: text)
    )
  }
}
