import Foundation

/// What a client saw, reply by reply, as its script printed it.
struct Transcript: Decodable, Sendable {
  let replies: [Reply]

  struct Reply: Decodable, Sendable {
    let name: String
    let status: Int
    /// Name and value, in the order in which they came.
    let headers: [[String]]
    /// The length and SHA-256 of the body, as the client hands it to its user (decoded).
    let length: Int
    let sha256: String
    /// The body's beginning, for a failure's text.
    let preview: String

    func values(_ name: String) -> [String] {
      headers.filter { $0[0].lowercased() == name.lowercased() }.map { $0[1] }
    }
  }

  init(from decoder: any Decoder) throws {
    replies = try decoder.singleValueContainer().decode([Reply].self)
  }

  subscript(name: String) -> Reply? { replies.first { $0.name == name } }

  /// Where a replay is not what was recorded, one line each; empty when the client saw the same.
  func differences(to replayed: Transcript, _ comparator: Comparator = .exact) -> [String] {
    guard replies.map(\.name) == replayed.replies.map(\.name) else {
      return ["asked \(replies.map(\.name)), then \(replayed.replies.map(\.name))"]
    }
    return zip(replies, replayed.replies).flatMap { was, now in
      var lines: [String] = []
      if was.status != now.status { lines.append("status \(was.status), then \(now.status)") }
      let (before, after) = (comparator.fields(of: was), comparator.fields(of: now))
      if before != after { lines.append("headers \(before), then \(after)") }
      if was.sha256 != now.sha256, !comparator.bodiesByShape.contains(was.name) {
        lines.append("body (\(was.length)) \(was.preview), then (\(now.length)) \(now.preview)")
      }
      return lines.map { "\(was.name): \($0)" }
    }
  }
}

/// What may differ between a recording and its replay, each with the reason; all else is compared as it is, in order,
/// names by their case.
struct Comparator: Sendable {
  /// Made anew for every reply, or said of one connection only: kept out of cassettes.
  var volatile: Set<String> = [
    "date", "age", "server-timing", "x-runtime", "x-request-id", "x-amz-request-id", "x-amz-id-2", "x-amzn-requestid",
    "connection", "keep-alive", "transfer-encoding",
  ]
  /// Redacted before they reach the disk: the cookie's name and attributes stay, its value has a pseudonym.
  var redacted: Set<String> = ["set-cookie"]
  /// The replies that repeat a secret of the request in their bodies, which is redacted there too.
  var bodiesByShape: Set<String> = []

  /// Nothing but what no recording can keep.
  static let exact = Comparator()

  /// As ``exact``, but these replies quote a secret.
  static func quoting(_ names: String...) -> Comparator { Comparator(bodiesByShape: Set(names)) }

  func fields(of reply: Transcript.Reply) -> [String] {
    reply.headers.compactMap { pair in
      let name = pair[0].lowercased()
      if volatile.contains(name) { return nil }
      if name == "content-length", bodiesByShape.contains(reply.name) { return pair[0] }
      if redacted.contains(name) { return "\(pair[0]): \(Self.withoutValue(pair[1]))" }
      return "\(pair[0]): \(pair[1])"
    }
  }

  /// `a=secret; Path=/` becomes `a=; Path=/`.
  private static func withoutValue(_ cookie: String) -> String {
    var parts = cookie.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
    if let equals = parts[0].firstIndex(of: "=") { parts[0] = String(parts[0][...equals]) }
    return parts.joined(separator: ";")
  }
}
