import MockrecWire

/// Holds a wire's machine to what every machine promises: where bytes are cut makes no difference, and half of a message
/// is never taken for a whole one.
package struct ConversationVerifier {
  private let make: () -> any StreamConversation

  /// - Parameter make: Makes a machine for a new connection.
  package init(_ make: @escaping () -> any StreamConversation) { self.make = make }

  /// Plays the script in pieces of every size from one byte to the longest line.
  ///
  /// - Returns: The transcripts that went wrong, each with its size of pieces.
  package func failures(of playbook: Playbook) -> [String] {
    var failures: [String] = []
    for chunk in 1...max(1, playbook.longestLine) {
      if let failure = playbook.failure(of: self.make(), chunk: chunk) {
        failures.append("in pieces of \(chunk): \(failure)")
        if failures.count == 3 { return failures }
      }
    }
    return failures + self.truncations(of: playbook)
  }

  /// Ends the conversation behind every byte of what each party says: the events must be a beginning of those of the
  /// whole, and half a message a fault or nothing.
  private func truncations(of playbook: Playbook) -> [String] {
    let whole = self.events(playbook.lines)
    var failures: [String] = []
    for (index, line) in playbook.lines.enumerated() {
      guard let (bytes, party) = line.said else { continue }
      for length in 0..<bytes.count {
        let piece = Array(bytes[..<length])
        let cut: [Playbook.Line] = [
          party == .client ? .clientBytes(piece) : .serverBytes(piece), party == .client ? .clientEnds : .serverEnds,
        ]
        let events = self.events(Array(playbook.lines[..<index]) + cut)
        let usual = events.filter { !$0.hasPrefix("fault ") && !$0.hasPrefix("reply ") }
        let expected = whole.filter { !$0.hasPrefix("reply ") }
        if !expected.starts(with: usual) {
          failures.append(
            "\(playbook.name), cut off \(length) bytes into line \(index + 1): \(events.joined(separator: " · "))")
          if failures.count == 3 { return failures }
        }
      }
    }
    return failures
  }

  private func events(_ lines: [Playbook.Line]) -> [String] {
    var machine = self.make()
    var transcript = Transcript("")
    for line in lines { transcript.play(line, on: &machine, chunk: nil) }
    return transcript.allEvents()
  }
}

extension Playbook {
  fileprivate var longestLine: Int { self.lines.compactMap { $0.said?.bytes.count }.max() ?? 1 }
}

extension Playbook.Line {
  fileprivate var said: (bytes: [UInt8], party: WireError.Party)? {
    switch self {
    case .client(let text): (Array(text.utf8), .client)
    case .server(let text): (Array(text.utf8), .server)
    case .clientBytes(let bytes): (bytes, .client)
    case .serverBytes(let bytes): (bytes, .server)
    case .clientEnds, .serverEnds, .silence, .events: nil
    }
  }
}
