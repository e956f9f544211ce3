import Foundation
import MockrecCore

/// What the last verification leaves for `mockrec heal`: `.mockrec/heal.json`.
///
/// One object: `schema` 1; `verified`, when the run began, ISO 8601 in UTC; `files`, the entries' files that drifted, each
/// `{service, path, sha256, healed, edits, bodies}`: its absolute path, its SHA-256 before and after, the edits as
/// `{at, length, text}` in bytes of the file, and new body files as `{name, base64}`; `refused`, the drift that no edit
/// heals, as `{place, reason}`. It holds what cassettes hold: redacted answers.
struct HealFile: Sendable {
  static let name = "heal.json"

  struct Entry: Sendable {
    var service: String
    var path: String
    var digest: String
    /// The digest once the edits are in.
    var healedDigest: String
    var edits: [TextEdit]
    var bodies: [HealProposal.BodyFile]
  }

  struct Refused: Sendable, Hashable {
    /// `cassettes/users/get-users-42-5f1c.hurl:3:1`
    var place: String
    var reason: String
  }

  var verified: String
  var entries: [Entry]
  var refused: [Refused]

  init(verified: String, entries: [Entry], refused: [Refused]) {
    (self.verified, self.entries, self.refused) = (verified, entries, refused)
  }

  /// Writes it a line for each file and each refusal: all of it need not be there as text at once.
  func write(to output: some TextOutputStream) {
    var output = output
    func list(_ values: some Sequence<JSON>) {
      var separator = "\n    "
      for value in values {
        output.write(separator + value.description)
        separator = ",\n    "
      }
    }
    output.write("{\n  \"schema\": 1,\n  \"verified\": \(JSON.string(self.verified)),\n  \"files\": [")
    list(self.entries.lazy.map(\.json))
    output.write("\n  ],\n  \"refused\": [")
    list(self.refused.lazy.map { ["place": .string($0.place), "reason": .string($0.reason)] })
    output.write("\n  ]\n}\n")
  }

  /// - Throws: A `Diagnostic` for what verify did not write.
  init(parsing source: SourceText) throws(Diagnostic) {
    let json: JSON
    do throws(JSONError) {
      json = try JSON.parse(source.bytes)
    } catch {
      throw Diagnostic(error.message, at: .init(source, at: error.offset), fix: "run `mockrec verify` again")
    }
    guard json["schema"] == 1, let verified = json["verified"]?.string, let files = json["files"]?.array,
      let refused = json["refused"]?.array
    else { throw Self.foreign(source) }
    var entries: [Entry] = []
    for file in files {
      guard let entry = Entry(file) else { throw Self.foreign(source) }
      entries.append(entry)
    }
    self.init(
      verified: verified, entries: entries,
      refused: refused.map { Refused(place: $0["place"]?.string ?? "", reason: $0["reason"]?.string ?? "") })
  }

  private static func foreign(_ source: SourceText) -> Diagnostic {
    Diagnostic(
      "this is not what this version of `mockrec verify` leaves to heal", at: .init(source, at: 0),
      fix: "run `mockrec verify` again")
  }
}

extension HealFile.Entry {
  fileprivate var json: JSON {
    let edits = self.edits.map { edit -> JSON in
      [
        "at": .number(JSONNumber(edit.range.lowerBound)), "length": .number(JSONNumber(edit.range.count)),
        "text": .string(String(decoding: edit.text, as: UTF8.self)),
      ]
    }
    let bodies = self.bodies.map { body -> JSON in
      ["name": .string(body.name), "base64": .string(Data(body.bytes).base64EncodedString())]
    }
    return [
      "service": .string(self.service), "path": .string(self.path), "sha256": .string(self.digest),
      "healed": .string(self.healedDigest), "edits": .array(edits), "bodies": .array(bodies),
    ]
  }

  init?(_ json: JSON) {
    guard let path = json["path"]?.string, let digest = json["sha256"]?.string, let healed = json["healed"]?.string,
      let edits = json["edits"]?.array, let bodies = json["bodies"]?.array
    else { return nil }
    self.init(
      service: json["service"]?.string ?? "", path: path, digest: digest, healedDigest: healed, edits: [], bodies: [])
    for edit in edits {
      guard let at = edit["at"]?.number.flatMap({ Int($0.text) }), at >= 0,
        let length = edit["length"]?.number.flatMap({ Int($0.text) }), length >= 0, length <= Int.max - at,
        let text = edit["text"]?.string
      else { return nil }
      self.edits.append(TextEdit(at..<(at + length), Array(text.utf8)))
    }
    for body in bodies {
      guard let name = body["name"]?.string, let bytes = body["base64"]?.string.flatMap({ Data(base64Encoded: $0) })
      else { return nil }
      self.bodies.append(.init(name: name, bytes: Array(bytes)))
    }
  }
}
