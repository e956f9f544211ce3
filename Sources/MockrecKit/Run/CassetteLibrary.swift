import Foundation
import MockrecCore
import MockrecEngine
import MockrecStore
import MockrecTransport
import MockrecWire
import NIOCore
import Synchronization

/// Reads cassettes from disk.
enum CassetteLibrary {
  /// A cassette ready to be served.
  ///
  /// - Parameter files: These of its files alone.
  /// - Throws: `Failure` with exit status 65 and every problem of the folder, or 64 where there is no cassette.
  static func index(_ binding: ServiceBinding, files: FileNames? = nil) throws -> CassetteIndex {
    let path = binding.settings.cassette
    // A handler may answer everything.
    if binding.settings.handler != nil, access(path, F_OK) != 0 { return try CassetteBuilder.finish([]) }
    let folder = try self.open(binding)
    let builders = try folder.reduceFiles(files, threads: Processors.count) { files in
      CassetteBuilder(
        service: binding.service, files: files,
        bodies: { name in
          let file = try folder.open(bodyFile: name)
          return (file.path, file.length)
        },
        readFile: { file, piece in
          try folder.open(bodyFile: String(file.dropFirst(path.count + 1))).read(in: 256 << 10, piece)
        })
    } _: { builder, _, name, bytes in
      builder.add(bytes, of: path, name: name, occurrence: CassetteName.occurrence(in: name))
    } finish: {
      $0.seal()
    }
    do throws(Diagnostics) {
      return try CassetteBuilder.finish(builders)
    } catch {
      throw Failure.data(error)
    }
  }

  /// The same, nil where there is no cassette.
  static func indexIfAny(_ binding: ServiceBinding) throws -> CassetteIndex? {
    guard (try? self.open(binding)) != nil else { return nil }
    return try self.index(binding)
  }

  static func open(_ binding: ServiceBinding) throws -> CassetteFolder {
    do {
      return try CassetteFolder(reading: binding.settings.cassette)
    } catch {
      throw Failure.usage(
        Diagnostic(
          "service \(binding.settings.name) has no cassette: \(error)",
          fix: "mockrec record \(binding.settings.name) -- <your command>, or name another folder (--cassette)"))
    }
  }

  /// The entries of a cassette with what they were asked and what they answer, in recorded order. Mocks are none.
  static func entries(_ binding: ServiceBinding, in folder: CassetteFolder) throws -> [LibraryEntry] {
    try self.mapEntries(folder.recordedNames(), binding, in: folder) { entry, _, _ in entry }
      .filter { $0.mock == nil }
  }

  /// The entries that somebody wrote to answer more than one request, or not always.
  static func mocks(_ binding: ServiceBinding, in folder: CassetteFolder) throws -> [LibraryEntry] {
    try self.mapEntries(folder.recordedNames(), binding, in: folder) { entry, _, _ in entry }
      .filter { $0.mock != nil }
  }

  /// What `transform` makes of the entries of these files, in their order, with the file's position among the names and
  /// the entry's in its file.
  static func mapEntries<Result: Sendable>(
    _ names: FileNames, _ binding: ServiceBinding, in folder: CassetteFolder,
    _ transform: @Sendable (_ entry: LibraryEntry, _ file: Int, _ position: Int) -> Result
  ) throws -> [Result] {
    let problems = Mutex<[Diagnostic]>([])
    let path = binding.settings.cassette
    let parts = try folder.reduceFiles(
      names, threads: Processors.count,
      into: { files in
        var results: [Result] = []
        results.reserveCapacity(files)
        return results
      },
      { results, file, name, bytes in
        let source = SourceText(name: "\(path)/\(name)", bytes: Array(bytes))
        do throws(Diagnostic) {
          for (position, entry) in try self.read(source, name: name, binding).enumerated() {
            results.append(transform(entry, file, position))
          }
        } catch {
          problems.withLock { $0.append(error) }
        }
      }, finish: { _ in })
    let found = problems.withLock { $0 }
    guard found.isEmpty else { throw Failure.data(Diagnostics(found.sorted { $0.description < $1.description })) }
    // In one piece, without room to spare: there may be a hundred thousand.
    var all: [Result] = []
    all.reserveCapacity(parts.reduce(0) { $0 + $1.count })
    for part in parts { all += part }
    return all
  }

  /// The request of one entry, read again; nil where it cannot be.
  static func request(_ name: String, _ binding: ServiceBinding) -> (request: Message, line: Int)? {
    let parts = name.split(separator: "#")
    guard let file = parts.first.map(String.init), let folder = try? CassetteFolder(reading: binding.settings.cassette),
      let bytes = try? folder.read(file),
      let entries = try? self.read(SourceText(name: file, bytes: bytes), name: file, binding)
    else { return nil }
    let position = parts.count > 1 ? (Int(parts[1]) ?? 1) - 1 : 0
    guard entries.indices.contains(position) else { return nil }
    let entry = entries[position]
    return (entry.recorded.exchange.request, entry.source.position(of: entry.entry.span.lowerBound).line)
  }

  /// What makes requests equal to the first of a file of the cassette, or begin as it does where they are sequences of
  /// messages; nil for a file that there is not.
  ///
  /// - Parameter index: What is replayed of the cassette; nil where the real service answers.
  static func openingKey(of file: String, _ binding: ServiceBinding, in index: CassetteIndex?) -> MatchKey? {
    guard let folder = try? CassetteFolder(reading: binding.settings.cassette), let bytes = try? folder.read(file),
      let entry = try? self.read(SourceText(name: file, bytes: bytes), name: file, binding).first
    else { return nil }
    let request = entry.recorded.exchange.request
    guard let bytes = request.body.bytes, !bytes.isEmpty,
      var opening = binding.service.wire.cutter(for: request).map({ PieceCounter(1, $0) })
    else { return self.key(of: entry.recorded, binding, in: folder) }
    let asked = binding.service.wire.request(from: request)
    // Where the service speaks first, the request's head has to tell.
    let spoken = entry.recorded.exchange.reply?.body.chunks.first?.order ?? .max
    let head = asked.key(binding.service.rules)
    let isSpokenTo = index?.speaksFirst(head.head) ?? (spoken < request.body.chunks.first?.order ?? 0)
    guard !asked.isDialogue, !isSpokenTo else { return head }
    let builder = asked.keyBuilder(binding.service.rules, limits: binding.service.limits)
    bytes[..<opening.pass(ByteBuffer(bytes: bytes))].withUnsafeBytes { builder.feed($0) }
    return builder.finish()
  }

  /// What makes a recorded request equal to others.
  static func key(of recorded: RecordedExchange, _ binding: ServiceBinding, in folder: CassetteFolder) -> MatchKey {
    let request = recorded.exchange.request
    let asked = binding.service.wire.request(from: request)
    guard !request.body.isEmpty || request.body.bytes == nil else { return asked.key(binding.service.rules) }
    if let digest = recorded.digest { return MatchKey(head: asked.key(binding.service.rules).head, body: digest) }
    let builder = asked.keyBuilder(binding.service.rules, limits: binding.service.limits)
    switch request.body.content {
    case .bytes(let bytes): bytes.withUnsafeBytes { builder.feed($0) }
    case .file(let name, _):
      // A body file that is gone matches nothing; `replay` says so.
      try? folder.open(bodyFile: name).read(in: 256 << 10) { builder.feed($0) }
    }
    return builder.finish()
  }

  static func read(
    _ source: SourceText, name: String, _ binding: ServiceBinding
  ) throws(Diagnostic) -> [LibraryEntry] {
    let file = try NotationParser.parse(source, dialect: Wires.dialect)
    var entries: [LibraryEntry] = []
    for entry in file.entries {
      let service = binding.service
      let mock = try service.wire.mock(entry, in: source, rules: service.rules, services: service.contractServices)
      let recorded = try service.wire.exchange(from: (mock?.plain ?? entry).recalled(), in: source)
      entries.append(
        LibraryEntry(
          name: name, occurrence: CassetteName.occurrence(in: name) ?? 1, source: source, entry: entry,
          recorded: recorded, mock: mock?.mock))
    }
    return entries
  }
}

/// An entry of a cassette, whole.
struct LibraryEntry: Sendable {
  var name: String
  var occurrence: Int
  var source: SourceText
  var entry: Entry
  var recorded: RecordedExchange
  /// What else it answers, where it is no recording.
  var mock: Mock?
}
