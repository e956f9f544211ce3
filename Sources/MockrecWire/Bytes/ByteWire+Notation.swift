import MockrecCore
import NIOCore

extension ByteWire {
  package func entry(
    for exchange: Exchange, service: String, times: Int, digest: UInt64?, volatile: Set<String>,
    file: (_ bytes: [UInt8], _ extension: String) throws -> String
  ) throws -> Entry {
    let sent = exchange.request
    var leading = [Trivia.comment("# mockrec 1")]
    if times > 1 { leading.append(Mark("times", String(times)).trivia) }
    var line = Self.aside(sent)
    var body: BodyText?
    switch sent.body.content {
    case .file(let name, _):
      body = BodyText(file: name)
      if let digest { leading.append(Mark("digest", String(digest, radix: 16)).trivia) }
    case .bytes(let bytes):
      if !bytes.isEmpty || line.isEmpty, let shown = ByteLine(bytes, framing: self.framing) {
        line += (line.isEmpty ? "" : " ") + shown.text
        if let mark = shown.mark { leading.append(mark.trivia) }
      } else {
        let shown = try ByteNotation(bytes, longestBase64: 64 << 10, file: file)
        body = shown.text
        leading += shown.marks.map(\.trivia)
      }
    }
    let request = Request(
      verb: Self.verb, target: Template(placeholder: service, escapingURL: line.isEmpty ? "" : " " + line), body: body)
    guard let reply = exchange.reply else { return Entry(leading: leading, request: request, response: nil) }
    var before: [Trivia] = [.blank]
    var shown = ByteNotation()
    switch reply.body.content {
    case .file(let name, _): shown.text = BodyText(file: name)
    case .bytes(let bytes):
      let pieces = self.pieces(bytes)
      // Of a file only its bytes are known, and not where one datagram ended.
      shown = try ByteNotation(pieces.flatMap { $0 }, longestBase64: self.keepsPieces ? .max : 0, file: file)
      if self.keepsPieces, pieces.count > 1 || pieces.first?.isEmpty == true {
        shown.marks.append(Mark("datagrams", pieces.map { String($0.count) }.joined(separator: " ")))
      }
    }
    if reply.closesConnection { shown.marks.append(Mark("close")) }
    before += shown.marks.map(\.trivia)
    return Entry(
      leading: leading, request: request,
      response: Response(leading: before, verb: Self.verb, status: "", body: shown.text))
  }

  package func exchange(from entry: Entry, in source: SourceText) throws(Diagnostic) -> RecordedExchange {
    let place = Diagnostic.Place(source, at: entry.span.lowerBound)
    guard let response = entry.response else {
      throw Diagnostic(
        "this entry has no response, so there is nothing to serve", at: place,
        fix: "add a response, such as `\(Self.verb)` and a body below, or move the file to contracts/")
    }
    guard let written = entry.request.target.literal(from: 1) else {
      throw Diagnostic(
        "a variable cannot stand in an entry that is served", at: .init(source, at: entry.request.target.offset),
        fix: "write the value itself; variables belong into contracts")
    }
    let marks = entry.leading.compactMap(Mark.init)
    var recorded = RecordedExchange(exchange: Exchange(request: Message(start: [])))
    if let times = marks.first(where: { $0.name == "times" }) {
      guard let count = Int(times.value), count > 0 else {
        throw Diagnostic("`@times` wants a number from 1, not '\(times.value)'", at: place)
      }
      recorded.times = count
    }
    recorded.digest = marks.first { $0.name == "digest" }.flatMap { UInt64($0.value, radix: 16) }
    let reply: Message
    do throws(ByteNotation.Problem) {
      recorded.exchange.request = try self.request(written, body: entry.request.body, marks: marks)
    } catch {
      throw Diagnostic(error.message, at: place, fix: error.fix)
    }
    do throws(ByteNotation.Problem) {
      reply = try self.reply(response)
    } catch {
      throw Diagnostic(error.message, at: .init(source, at: response.span.lowerBound), fix: error.fix)
    }
    recorded.exchange.replies = [.init(reply)]
    return recorded
  }

  private func reply(_ response: Response) throws(ByteNotation.Problem) -> Message {
    guard response.status.isEmpty else {
      throw ByteNotation.Problem(
        message: "nothing stands behind \(Self.verb) on a response line", fix: "write the reply below, between ```")
    }
    let marks = response.leading.compactMap(Mark.init)
    let closes = marks.contains { $0.name == "close" }
    guard let bytes = try ByteNotation.bytes(of: response.body, marks: marks) else {
      guard case .file(let name)? = response.body else { return .reply(Self.verb, closes: closes) }
      return .reply(Self.verb, Body(file: name.literal ?? "", length: 0), closes: closes)
    }
    guard self.keepsPieces else { return .reply(Self.verb, Body(bytes), closes: closes) }
    guard let mark = marks.first(where: { $0.name == "datagrams" }) else {
      return .reply(Self.verb, Body(bytes.isEmpty ? [] : Datagrams.pack([bytes])))
    }
    let lengths = mark.value.split(separator: " ").map { Int($0) ?? -1 }
    guard lengths.allSatisfy({ $0 >= 0 }), lengths.reduce(0, { $0 &+ $1 }) == bytes.count else {
      throw ByteNotation.Problem(
        message: "`@datagrams` wants the lengths of the datagrams, \(bytes.count) bytes in all, not '\(mark.value)'",
        fix: "leave it out for one datagram")
    }
    var rest = bytes[...]
    var pieces: [[UInt8]] = []
    for length in lengths {
      pieces.append(Array(rest.prefix(length)))
      rest = rest.dropFirst(length)
    }
    return .reply(Self.verb, Body(Datagrams.pack(pieces)))
  }

  /// The request that a line and a body stand for.
  func request(_ written: String, body: BodyText?, marks: [Mark]) throws(ByteNotation.Problem) -> Message {
    var rest = written.drop { $0 == " " }
    var aside = ""
    if rest.hasPrefix("@") {
      let words = rest.split(separator: " ", maxSplits: 2)
      let isLater = words[0] == "@later" && words.count > 1 && Int(words[1]) != nil
      guard isLater || words[0] == Aside.connect else {
        throw ByteNotation.Problem(
          message: "`\(words[0])` is no occasion on which a server speaks unasked",
          fix: "write @connect, or @later 1 and what the client said before; a text stands in quotes")
      }
      aside = words.prefix(isLater ? 2 : 1).joined(separator: " ")
      rest = rest.dropFirst(aside.count).drop { $0 == " " }
    }
    guard body == nil || rest.isEmpty else {
      throw ByteNotation.Problem(
        message: "a request is a line or a body, not both", fix: "leave one of them out")
    }
    var request = Message(start: [Self.verb, aside])
    if !rest.isEmpty {
      request.body = Body(try ByteLine.bytes(String(rest), marks: marks, framing: self.framing))
    } else if let bytes = try ByteNotation.bytes(of: body, marks: marks) {
      request.body = Body(bytes)
    } else if case .file(let name)? = body {
      request.body = Body(file: name.literal ?? "", length: 0)
    }
    return request
  }
}
