import MockrecWire
import NIOCore

/// A conversation as a script: who says what, and what a wire's machine should make of it.
///
///     Playbook(
///       "a counter",
///       [
///         .client("*2\r\n$4\r\nINCR\r\n$1\r\nn\r\n"), .expect("request INCR n"),
///         .server(":1\r\n"), .expect("reply :1⏎", "done integer"),
///       ])
///
/// Where the machine makes something else of it, the failure reads as a transcript up to that line.
package struct Playbook: Sendable {
  package enum Line: Sendable {
    case client(String)
    case server(String)
    case clientBytes([UInt8])
    case serverBytes([UInt8])
    case clientEnds
    case serverEnds
    /// Nothing comes for as long as the machine waits for.
    case silence
    /// The events since the last of these lines, in order. See `Transcript` for how they are written.
    case events([String])

    package static func expect(_ events: String...) -> Line { .events(events) }
  }

  package let name: String
  package let lines: [Line]

  package init(_ name: String, _ lines: [Line]) {
    self.name = name
    self.lines = lines
  }

  /// Plays the script.
  ///
  /// - Parameter chunk: How many bytes the machine gets at once; all of a line where nil.
  /// - Returns: The transcript up to the first line that went otherwise; nil where all went as written.
  package func failure(of machine: any StreamConversation, chunk: Int? = nil) -> String? {
    var machine = machine
    var transcript = Transcript(self.name)
    for line in self.lines {
      if case .events(let expected) = line {
        guard transcript.takes(expected) else { return transcript.text }
      } else {
        transcript.play(line, on: &machine, chunk: chunk)
      }
    }
    return transcript.takes([]) ? nil : transcript.text
  }
}

/// What was said, and what a machine made of it, for people.
///
/// An event is `request SUMMARY`, `reply BYTES`, `done KIND`, `failed KIND`, or `fault` with the error; bytes that are
/// not plain text are escaped, `⏎` is a CR LF.
package struct Transcript: Sendable {
  private var lines: [String]
  private var events: [String] = []
  /// Replies in a row are one: where their bytes were cut means nothing.
  private var replied: [UInt8] = []

  package init(_ name: String) { self.lines = ["\(name):"] }

  package var text: String { self.lines.joined(separator: "\n") }

  package mutating func play(_ line: Playbook.Line, on machine: inout any StreamConversation, chunk: Int?) {
    switch line {
    case .client(let text): self.say(Array(text.utf8), .client, &machine, chunk)
    case .server(let text): self.say(Array(text.utf8), .server, &machine, chunk)
    case .clientBytes(let bytes): self.say(bytes, .client, &machine, chunk)
    case .serverBytes(let bytes): self.say(bytes, .server, &machine, chunk)
    case .clientEnds:
      self.lines.append("  client ends")
      self.drive(&machine) { machine, events throws(WireError) in try machine.end(of: .client, into: &events) }
    case .serverEnds:
      self.lines.append("  server ends")
      self.drive(&machine) { machine, events throws(WireError) in try machine.end(of: .server, into: &events) }
    case .silence:
      self.lines.append("  silence")
      self.drive(&machine) { machine, events throws(WireError) in try machine.fellSilent(into: &events) }
    case .events: break
    }
  }

  private mutating func say(
    _ bytes: [UInt8], _ party: WireError.Party, _ machine: inout any StreamConversation, _ chunk: Int?
  ) {
    self.lines.append("  \(party.rawValue): \(Self.shown(bytes))")
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = ByteBuffer(bytes: rest.prefix(chunk ?? rest.count))
      rest = rest.dropFirst(piece.readableBytes)
      self.drive(&machine) { machine, events throws(WireError) in
        try machine.receive(piece, from: party, into: &events)
      }
    }
  }

  private mutating func drive(
    _ machine: inout any StreamConversation,
    _ step: (inout any StreamConversation, inout [StreamEvent]) throws(WireError) -> Void
  ) {
    var events: [StreamEvent] = []
    var fault: WireError?
    do throws(WireError) { try step(&machine, &events) } catch { fault = error }
    for event in events { self.take(event) }
    if let fault { self.add("fault \(fault)") }
  }

  private mutating func take(_ event: StreamEvent) {
    switch event {
    case .request(let request): self.add("request \(request.summary)")
    case .reply(let bytes): self.replied += bytes.readableBytesView
    case .done(let head, let failed):
      self.add("\(failed ? "failed" : "done") \(head.start.dropFirst().joined(separator: " "))")
    }
  }

  private mutating func add(_ event: String) {
    self.endReply()
    self.events.append(event)
  }

  private mutating func endReply() {
    guard !self.replied.isEmpty else { return }
    self.events.append("reply \(Self.shown(self.replied))")
    self.replied = []
  }

  /// Takes the events so far; false, with both in the transcript, where they are others.
  package mutating func takes(_ expected: [String]) -> Bool {
    self.endReply()
    defer { self.events = [] }
    guard self.events != expected else {
      self.lines += expected.map { "    → \($0)" }
      return true
    }
    self.lines.append("    expected: " + (expected.isEmpty ? "nothing" : expected.joined(separator: " · ")))
    self.lines.append("    came:     " + (self.events.isEmpty ? "nothing" : self.events.joined(separator: " · ")))
    return false
  }

  /// All events so far, in one list.
  package mutating func allEvents() -> [String] {
    self.endReply()
    return self.events
  }

  private static func shown(_ bytes: [UInt8]) -> String {
    var text = ""
    for (index, byte) in bytes.enumerated() {
      switch byte {
      case 13 where index + 1 < bytes.count && bytes[index + 1] == 10: continue
      case 10 where index > 0 && bytes[index - 1] == 13: text += "⏎"
      case 0x20..<0x7F: text.unicodeScalars.append(UnicodeScalar(byte))
      default: text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }
    return text
  }
}
