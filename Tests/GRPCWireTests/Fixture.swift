import Foundation
import Testing

/// What `Fixtures/make.py` wrote down of grpcio's answers.
enum Fixture {
  struct Reflection: Decodable {
    /// The bytes of files by name.
    let files: [String: Data]
    let services: [String]
    /// The names of the files that a symbol is answered with, in order.
    let symbols: [String: [String]]
    /// Methods, which grpcio does not find.
    let methods: [String: [String]?]
    let dialogues: [String: Dialogue]
  }

  /// A stream of reflection.
  struct Dialogue: Decodable {
    let messages: [Data]
    let replies: [Data]
    let status: Int
  }

  struct Health: Decodable {
    let services: [String]
    let calls: [HealthCall]
  }

  struct HealthCall: Decodable, CustomTestStringConvertible {
    let method: String
    let message: Data
    let reply: Data?
    /// Whether the call went on behind its reply; otherwise it ended with a status.
    let open: Bool?
    let status: Int?
    let details: String?

    var testDescription: String { "\(self.method) \(self.message.base64EncodedString())" }
  }

  static func load<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
    return try JSONDecoder().decode(type, from: Data(contentsOf: folder.appendingPathComponent("\(name).json")))
  }
}
