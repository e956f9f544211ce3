import Foundation
import MockrecCore
import MockrecEngine
import MockrecStore
import MockrecTransport
import MockrecWire

/// Makes a verification's units of contract files, or of a cassette.
struct ContractLibrary {
  var client: any ContractClient

  /// One unit a file. All files are read before any request is sent.
  ///
  /// - Throws: `Failure` with exit status 65 and every problem of every file.
  func units(of paths: [String]) throws -> [VerifyUnit] {
    var units: [VerifyUnit] = []
    var problems: [Diagnostic] = []
    for path in paths {
      let bytes: [UInt8]
      do {
        bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
      } catch {
        throw Failure(ExitStatus.usage, "error: cannot read \(path): \((error as NSError).localizedDescription)")
      }
      let source = SourceText(name: path, bytes: bytes)
      do throws(Diagnostic) {
        let file = try NotationParser.parse(source, dialect: Wires.dialect)
        units.append(
          VerifyUnit(
            name: path,
            steps: file.entries.map { entry in
              VerifyStep(
                entry, in: source, wire: Self.wire(of: entry), client: self.client, readFile: Self.reader(beside: path))
            }))
      } catch {
        problems.append(error)
      }
    }
    guard problems.isEmpty else { throw Failure.data(Diagnostics(problems)) }
    return units
  }

  /// Recorded exchanges as contracts: equal requests in their recorded order; with unsafe ones, the whole cassette in its
  /// recorded order, as what was asked before changes what is answered after.
  func units(of binding: ServiceBinding, includesUnsafe: Bool) throws -> [VerifyUnit] {
    let folder = try CassetteLibrary.open(binding)
    let path = binding.settings.cassette
    let entries = try CassetteLibrary.entries(binding, in: folder)
    let wire = binding.service.wire
    func step(_ entry: LibraryEntry) -> VerifyStep {
      VerifyStep(
        entry.entry, in: entry.source, wire: wire, client: self.client, isRecorded: true,
        readFile: Self.reader(beside: "\(path)/x"))
    }
    if includesUnsafe {
      return entries.isEmpty ? [] : [VerifyUnit(name: path, steps: entries.map(step))]
    }
    var groups: [MatchKey: Int] = [:]
    var units: [VerifyUnit] = []
    for entry in entries where wire.isSafe(entry.entry) {
      let key = CassetteLibrary.key(of: entry.recorded.exchange.request, binding, in: folder)
      if let group = groups[key] {
        units[group].steps.append(step(entry))
      } else {
        groups[key] = units.count
        units.append(VerifyUnit(name: "\(path)/\(entry.name)", steps: [step(entry)]))
      }
    }
    return units
  }

  private static func wire(of entry: Entry) -> any ContractWire {
    Wires.all.first { $0.notationVerbs.contains(entry.request.verb) } ?? Wires.all[0]
  }

  /// Reads body files that stand beside a file, or below; nothing else.
  private static func reader(beside path: String) -> @Sendable (String) -> [UInt8]? {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    return { name in
      guard let folder = try? CassetteFolder(reading: folder) else { return nil }
      return try? folder.open(bodyFile: name).contents(limit: 64 << 20)
    }
  }
}
