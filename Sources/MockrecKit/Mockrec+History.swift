import Foundation
import MockrecCore
import MockrecStore

extension Mockrec {
  /// What verifications found over time, for people or as JSON.
  ///
  /// - Parameters:
  ///   - file: The history; nil for that of the nearest mockrec.yaml, or of the working directory without one.
  ///   - limit: How many findings to tell, those of the latest runs first.
  /// - Throws: `Failure` with exit status 64 where there is no history.
  public static func history(
    at file: String? = nil, config: String? = nil, service: String? = nil, limit: Int = 50, asJSON: Bool = false,
    environment: [String: String]
  ) throws -> String {
    let path = try file ?? "\(self.stateDirectory(config: config, environment: environment))/history.sqlite"
    guard FileManager.default.fileExists(atPath: path) else {
      throw Failure.usage(
        Diagnostic("there is no history at \(path)", fix: "run `mockrec verify`, or name another file with --history"))
    }
    do {
      let history = try History(path: path)
      let text = HistoryText(
        findings: try history.findingHistories(service: service, limit: limit),
        total: try history.findingCount(service: service),
        verifications: try history.verifications(limit: HistoryText.maximumRuns).map(TrendPoint.init))
      try history.close()
      return asJSON ? text.json.prettyText + "\n" : text.text
    } catch {
      throw Failure(ExitStatus.data, "error: \(error)")
    }
  }

  /// Where verifications leave what they found.
  static func stateDirectory(config: String?, environment: [String: String]) throws -> String {
    // Without mockrec.yaml, runs keep their history in the working directory.
    if config == nil, (try? ConfigFile.find()) == nil { return ".mockrec" }
    return try self.options(config: config, environment: environment).stateDirectory ?? ".mockrec"
  }
}
