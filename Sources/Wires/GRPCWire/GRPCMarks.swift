import MockrecCore

/// The structured comments that entries of gRPC know.
struct GRPCMarks {
  /// How often in a row the service gave this answer.
  var times = 1
  /// Of a request too long for memory: see `GRPCKeyBuilder`.
  var digest: UInt64?
  /// How each message was compressed, nil where it was not; one for all where it is a single one.
  var codings: [String?] = []
  /// What each of the service's messages, and its status, came after.
  var heard: [GRPCHeard] = []
  /// The HTTP status, where it is not 200.
  var httpStatus: String?
  var trailers = Fields()
  /// The client went away before the status.
  var wasLeft = false

  init(_ trivia: [Trivia], in source: SourceText, at offset: Int) throws(Diagnostic) {
    for line in trivia {
      guard let mark = Mark(line) else { continue }
      switch mark.name {
      case "times":
        guard let times = Int(mark.value), times > 0 else {
          throw mark.misread("a number from 1", source, offset)
        }
        self.times = times
      case "digest":
        guard let digest = UInt64(mark.value, radix: 16) else {
          throw mark.misread("sixteen hex digits at most", source, offset)
        }
        self.digest = digest
      case "encoding":
        self.codings = mark.value.split(separator: ";").map { part in
          let name = String(part.drop { $0 == " " })
          return name == "identity" ? nil : name
        }
      case "heard":
        for word in mark.value.split(separator: " ") {
          guard let heard = GRPCHeard(word) else {
            throw mark.misread("counts of messages and milliseconds, such as `1@0 end@15`", source, offset)
          }
          self.heard.append(heard)
        }
      case "http":
        guard let status = Int(mark.value), (200...599).contains(status) else {
          throw mark.misread("a status of HTTP, such as `503`", source, offset)
        }
        self.httpStatus = mark.value
      case "ends":
        guard mark.value == "client" else { throw mark.misread("`client`", source, offset) }
        self.wasLeft = true
      case "trailer":
        let pair = mark.value.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2, !pair[0].isEmpty else { throw mark.misread("`Name: value`", source, offset) }
        self.trailers.append(String(pair[0]), String(pair[1].drop { $0 == " " }))
      default: continue
      }
    }
  }
}

/// What one of the service's messages, or its status, came after, and how long it took the service then.
struct GRPCHeard: Hashable {
  /// So many of the client's messages; nil for all of them and the client's end.
  var messages: Int?
  /// Milliseconds since that, or since what the service said before, whichever was later.
  var delay: Int

  init(messages: Int?, delay: Int) {
    self.messages = messages
    self.delay = delay
  }

  /// `2@15`, `end@0`. At most 30 days, so that a thousandfold still fits a clock of nanoseconds.
  init?(_ word: Substring) {
    let parts = word.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, let delay = Int(parts[1]), (0...2_592_000_000).contains(delay) else { return nil }
    if parts[0] == "end" {
      self.messages = nil
    } else {
      guard let count = Int(parts[0]), (0...(1 << 30)).contains(count) else { return nil }
      self.messages = count
    }
    self.delay = delay
  }

  var name: String { "\(self.messages.map(String.init) ?? "end")@\(self.delay)" }
}

/// How the messages of both sides interleaved: as pieces of bodies have it, and as entries have it.
///
/// A side's last piece is without bytes: there it said its end.
enum GRPCInterleaving {
  /// What each piece of the reply came after.
  static func heard(_ exchange: Exchange) -> [GRPCHeard] {
    let client = exchange.request.body.chunks
    var (next, messages, before) = (0, 0, Duration.zero)
    var hasEnded = false
    var end = 0
    return (exchange.reply?.body.chunks ?? []).map { piece in
      while next < client.count, client[next].order < piece.order {
        if client[next].end > end { messages += 1 } else { hasEnded = true }
        end = client[next].end
        before = max(before, client[next].at)
        next += 1
      }
      let delay = max(.zero, piece.at - before)
      before = max(before, piece.at)
      return GRPCHeard(messages: hasEnded ? nil : messages, delay: Int((delay.seconds * 1000).rounded()))
    }
  }

  /// The pieces of both bodies, as of a client that says all it says at once.
  ///
  /// - Parameters:
  ///   - client: Where each of the client's messages ends in its body; so `server`.
  ///   - heard: What each of the service's messages came after, and at last its status.
  static func pieces(
    client: [Int], server: [Int], heard: [GRPCHeard]
  ) -> (client: [Body.Chunk], server: [Body.Chunk]) {
    var (ours, theirs): ([Body.Chunk], [Body.Chunk]) = ([], [])
    var (order, time) = (0, Duration.zero)
    func say(_ end: Int, _ pieces: inout [Body.Chunk]) {
      pieces.append(Body.Chunk(end: end, at: time, order: order))
      order += 1
    }
    func listen(upTo count: Int?) {
      while ours.count < min(count ?? .max, client.count) { say(client[ours.count], &ours) }
      if count == nil, ours.count == client.count { say(client.last ?? 0, &ours) }
    }
    for (index, item) in heard.enumerated() where index <= server.count {
      listen(upTo: item.messages)
      time += .milliseconds(item.delay)
      say(index < server.count ? server[index] : server.last ?? 0, &theirs)
    }
    listen(upTo: nil)
    return (ours, theirs)
  }
}
