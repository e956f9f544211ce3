import Foundation
import MockrecCore
import MockrecStore
import MockrecTransport

extension Mockrec {
  /// Whether every cassette was verified lately and is what was verified. Asks no service.
  ///
  /// - Parameter maximumAge: How long ago a verification may be.
  /// - Returns: Exit status 1 where a cassette has no receipt, an old one, or has changed since, and where there is no
  ///   cassette at all.
  /// - Throws: `Failure` with exit status 65 for a receipt that does not parse, after all cassettes were judged.
  public static func gate(_ options: RunOptions, maximumAge: Duration, now: Date = Date()) throws -> RunSummary {
    var lines: [String] = []
    var problems: [Diagnostic] = []
    var (open, shut) = (0, 0)
    for service in options.services {
      let name = service.name
      if service.fake != nil {
        lines.append("\(name): a model plays it, which has no cassette")
        continue
      }
      if service.handler != nil, access(service.cassette, F_OK) != 0 {
        lines.append("\(name): its handler answers, and it has no cassette")
        continue
      }
      guard let folder = try? CassetteFolder(reading: service.cassette) else {
        shut += 1
        lines.append("\(name): shut, there is no cassette \(service.cassette)")
        lines.append("  fix: \(self.recording(service))")
        continue
      }
      do throws(Diagnostic) {
        let gate = try self.judge(folder, now: now, maximumAge: maximumAge)
        if gate.isOpen { open += 1 } else { shut += 1 }
        lines.append("\(name): \(gate.isOpen ? "open" : "shut"), \(gate.reason(now: now))")
        if !gate.isOpen { lines.append("  fix: \(self.verifying(service))") }
      } catch {
        problems.append(error)
      }
    }
    guard problems.isEmpty else { throw Failure.data(Diagnostics(problems)) }
    if open + shut == 0 { lines.append("vacuous: there is no cassette to judge") }
    return RunSummary(
      exitStatus: open > 0 && shut == 0 ? ExitStatus.fine : ExitStatus.finding,
      text: lines.map { $0 + "\n" }.joined())
  }

  private static func judge(
    _ folder: CassetteFolder, now: Date, maximumAge: Duration
  ) throws(Diagnostic) -> Gate {
    let (bytes, digest): ([UInt8]?, String)
    do {
      bytes = try folder.ownFile(Receipt.fileName)
      digest = try folder.digest(threads: Processors.count)
    } catch {
      throw Diagnostic("\(error)")
    }
    let receipt = try bytes.map { bytes throws(Diagnostic) in
      try Receipt(parsing: SourceText(name: "\(folder.path)/\(Receipt.fileName)", bytes: bytes))
    }
    return Gate.judge(
      receipt, digest: digest, now: now, maximumAge: TimeInterval(maximumAge.components.seconds))
  }

  private static func verifying(_ service: ServiceSettings) -> String {
    service.origin != nil
      ? "mockrec verify \(service.cassette)"
      : "mockrec verify --wire WIRE --cassette \(service.cassette) --real URL"
  }

  private static func recording(_ service: ServiceSettings) -> String {
    service.origin != nil
      ? "mockrec record \(service.name) -- <your command>"
      : "mockrec record --wire WIRE --cassette \(service.cassette) --real URL -- <your command>"
  }
}
