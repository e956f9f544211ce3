import Foundation
import MockrecCore

/// What a verification that passes leaves beside the cassette it asked of: `verified.json`.
///
/// One object: `schema` 1; `cassette`, `sha256:` and the digest of `CassetteFolder.digest`; `verified`, when the run began,
/// ISO 8601 in UTC; `service`, what the real one says it is: `{server, protocol}`, each null where it says nothing;
/// `mockrec`, its version; `counts`: the `steps` that asked this service with a number for each verdict, how many of
/// them were `recorded`, and the `entries` of the cassette. Members may be added under the same number.
struct Receipt: Sendable, Hashable {
  static let fileName = "verified.json"
  private static let prefix = "sha256:"

  /// The digest, in hexadecimal digits.
  var cassette: String
  var verified: Date
  var server: String?
  var `protocol`: String?
  var version: String
  var counts: [Count]

  struct Count: Sendable, Hashable {
    var name: String
    var number: Int
  }

  subscript(count name: String) -> Int? { self.counts.first { $0.name == name }?.number }

  var text: String {
    let optional = { (text: String?) -> JSON in text.map { .string($0) } ?? .null }
    let counts = self.counts.map { JSONObject.Member(key: $0.name, value: .number(JSONNumber($0.number))) }
    let json: JSON = [
      "schema": 1, "cassette": .string(Self.prefix + self.cassette), "verified": .string(self.verified.ISO8601Format()),
      "service": ["server": optional(self.server), "protocol": optional(self.protocol)],
      "mockrec": .string(self.version), "counts": .object(JSONObject(counts)),
    ]
    return json.prettyText + "\n"
  }

  init(
    cassette: String, verified: Date, server: String?, protocol: String?, version: String, counts: [Count]
  ) {
    self.cassette = cassette
    self.verified = verified
    self.server = server
    self.protocol = `protocol`
    self.version = version
    self.counts = counts
  }

  /// - Throws: A `Diagnostic` with the place of what is no receipt.
  init(parsing source: SourceText) throws(Diagnostic) {
    let json: JSON
    do throws(JSONError) {
      json = try JSON.parse(source.bytes)
    } catch {
      throw Diagnostic(error.message, at: .init(source, at: error.offset))
    }
    func refuse(_ what: String) -> Diagnostic {
      Diagnostic(
        "this is no receipt of a verification: \(what)", at: .init(source, at: 0),
        fix: "remove the file; the next `mockrec verify` that passes writes it anew")
    }
    guard json["schema"] == 1 else { throw refuse("`schema` is not 1") }
    guard let digest = json["cassette"]?.string, digest.hasPrefix(Self.prefix) else {
      throw refuse("`cassette` is not \(Self.prefix)…")
    }
    guard let text = json["verified"]?.string, let date = try? Date(text, strategy: .iso8601) else {
      throw refuse("`verified` is not a date in UTC such as 2026-11-20T10:00:00Z")
    }
    self.cassette = String(digest.dropFirst(Self.prefix.count))
    self.verified = date
    self.server = json["service"]?["server"]?.string
    self.protocol = json["service"]?["protocol"]?.string
    self.version = json["mockrec"]?.string ?? ""
    guard case .object(let counts)? = json["counts"] else { throw refuse("`counts` is no object") }
    self.counts = counts.members.compactMap { member in
      member.value.number.flatMap { Int($0.text) }.map { Count(name: member.key, number: $0) }
    }
  }
}
