import MockrecCoding
import MockrecCore

/// The messages of one side of a call, as entries show them: JSON, or base64 for what is none.
struct GRPCBody {
  let messages: GRPCMessages
  /// Where the call is named; nil where its messages are only written.
  var call: Int?

  /// A message that takes more text, or more messages, are for a file: people do not review them line by line.
  private static let longestText = 256 << 10
  private static let most = 4096
  private static let mostMisfits = 8

  /// - Parameter file: Keeps bytes in a file and returns its name.
  /// - Returns: The text, and what goes before it: how each message was compressed, and which does not fit its type.
  func written(
    _ body: Body, coding: String?, file: (_ bytes: [UInt8], _ extension: String) throws -> String
  ) rethrows -> (text: BodyText?, leading: [Trivia]) {
    let bytes: [UInt8]
    switch body.content {
    case .file(let name, _): return (BodyText(file: name), [])
    case .bytes(let inMemory): bytes = inMemory
    }
    guard !bytes.isEmpty else { return (nil, []) }
    guard bytes.count <= Self.longestText, let frames = GRPCFrame.split(bytes), frames.count <= Self.most else {
      return (BodyText(file: try file(bytes, "grpc")), [])
    }
    var texts: [BodyText] = []
    var codings: [String] = []
    var misfits: [Trivia] = []
    var length = 0
    for (index, frame) in frames.enumerated() {
      let (plain, name) = Self.decoded(Array(bytes[frame.payload]), isCompressed: frame.isCompressed, coding)
      length += plain.count
      guard length <= Self.longestText else { return (BodyText(file: try file(bytes, "grpc")), []) }
      codings.append(name)
      texts.append(self.text(plain))
      guard misfits.count < Self.mostMisfits, let misfit = self.messages.misfit(plain) else { continue }
      misfits.append(.comment("# \(frames.count == 1 ? "the message" : "message \(index + 1)") \(misfit)"))
    }
    return (BodyText(messages: texts), misfits + Self.marks(codings).map(\.trivia))
  }

  private func text(_ payload: [UInt8]) -> BodyText {
    guard let json = self.messages.json(payload), let pretty = JSONLayout.pretty(Array(json.description.utf8)) else {
      return BodyText(base64: payload)
    }
    return BodyText(json: pretty) ?? BodyText(base64: payload)
  }

  /// The message itself, and how it was compressed.
  private static func decoded(
    _ payload: [UInt8], isCompressed: Bool, _ coding: String?
  ) -> (plain: [UInt8], coding: String) {
    guard isCompressed else { return (payload, "identity") }
    // Said to be compressed, and by nothing: its bytes are kept as they are.
    guard let name = coding, let coding = ContentCoding(fieldValue: name), coding != .identity,
      let plain = try? coding.decode(payload, limit: GRPCWire.longestDecoded)
    else { return (payload, coding.map { "unknown \($0)" } ?? "unknown") }
    return (plain, coding.detect(encoded: payload, decoded: plain)?.name ?? coding.rawValue)
  }

  private static func marks(_ codings: [String]) -> [Mark] {
    guard codings.contains(where: { $0 != "identity" }) else { return [] }
    let isUniform = codings.allSatisfy { $0 == codings[0] }
    return [Mark("encoding", isUniform ? codings[0] : codings.joined(separator: "; "))]
  }

  // MARK: Reading

  /// What was written, as bytes.
  struct Read {
    var body: Body
    /// Where each message ends.
    var ends: [Int] = []
    /// The coding's name as the connection has it, where any message is compressed.
    var coding: String?
  }

  func read(_ text: BodyText?, _ marks: GRPCMarks, in source: SourceText, at offset: Int) throws(Diagnostic) -> Read {
    if case .file(let name)? = text { return Read(body: Body(file: name.literal ?? "", length: 0)) }
    var (bytes, ends): ([UInt8], [Int]) = ([], [])
    var coding: String?
    for (index, message) in (text?.each ?? []).enumerated() {
      let plain = try self.payload(message, in: source, at: offset)
      let name = marks.codings.count == 1 ? marks.codings[0] : index < marks.codings.count ? marks.codings[index] : nil
      let encoded = try name.map { name throws(Diagnostic) in try Self.encoded(plain, name, source, offset) }
      coding = coding ?? encoded?.coding
      GRPCFrame.append(encoded?.bytes ?? plain, isCompressed: encoded != nil, to: &bytes)
      ends.append(bytes.count)
    }
    return Read(body: Body(bytes), ends: ends, coding: coding)
  }

  private static func encoded(
    _ plain: [UInt8], _ name: String, _ source: SourceText, _ offset: Int
  ) throws(Diagnostic) -> (bytes: [UInt8], coding: String) {
    if name.hasPrefix("unknown") { return (plain, String(name.dropFirst("unknown ".count))) }
    let usual = ContentCoding(rawValue: name).flatMap(ContentCodingParameters.init(usual:))
    guard let parameters = ContentCodingParameters(name: name) ?? usual, let bytes = try? parameters.encode(plain)
    else {
      throw Diagnostic(
        "`@encoding` wants a coding such as `gzip` or `gzip level=6`, not '\(name)'", at: .init(source, at: offset))
    }
    return (bytes, parameters.coding.rawValue)
  }

  /// The bytes of one message.
  func payload(_ text: BodyText, in source: SourceText, at offset: Int) throws(Diagnostic) -> [UInt8] {
    switch text {
    case .json(let template):
      guard let literal = template.literal else {
        throw Diagnostic(
          "a variable cannot stand in an entry that is served", at: .init(source, at: template.offset),
          fix: "write the value itself; variables belong into contracts")
      }
      return try self.payload(json: literal, in: source, at: template.offset)
    case .hex(let bytes, _), .base64(let bytes, _): return bytes
    case .xml, .multiline, .oneline, .file, .messages:
      throw Diagnostic(
        "a message is JSON, or bytes", at: .init(source, at: offset),
        fix: "write {\"field\": value}, or base64,…; or hex,…;")
    }
  }

  func payload(json text: String, in source: SourceText, at offset: Int) throws(Diagnostic) -> [UInt8] {
    let place = Diagnostic.Place(source, at: offset)
    let json: JSON
    do throws(JSONError) { json = try JSON.parse(text) } catch {
      throw Diagnostic("with its variables this message is \(error.description)", at: place)
    }
    do throws(ProtobufError) {
      return try self.messages.bytes(json)
    } catch {
      if let unknown = self.messages.unknown {
        throw Diagnostic(
          unknown.message, at: self.call.map { .init(source, at: $0) } ?? place, nearest: unknown.nearest,
          fix: unknown.nearest == nil ? "give descriptors that have it, or write {\"1\": value}" : nil)
      }
      let problem = error.diagnostic(at: Self.place(of: error, in: text, source, offset))
      guard self.messages.type == nil else { throw problem }
      throw problem.noting(
        "fix",
        "the type of this message is not known, so its fields are named by their numbers: give its descriptors "
          + "(`proto-descriptor: FILE` in mockrec.yaml, or --proto-descriptor FILE), or write {\"1\": value}")
    }
  }

  /// Where in a message the trouble is, where the message stands in the file as it is sent.
  private static func place(
    of error: ProtobufError, in text: String, _ source: SourceText, _ offset: Int
  ) -> Diagnostic.Place {
    let bytes = Array(text.utf8)
    guard case .json(let location) = error.place, source.bytes.dropFirst(offset).starts(with: bytes),
      let inside = location.offset(in: bytes)
    else { return Diagnostic.Place(source, at: offset) }
    return Diagnostic.Place(source, at: offset + inside)
  }
}
