import Testing

@testable import MockrecCore

/// A response as written in a contract, the answer that is held against it, and the paths and words of what fails.
struct ContractCase: CustomTestStringConvertible, Sendable {
  var response: String
  var answer: Answer
  var failures: [String]

  init(_ response: String, _ answer: Answer, _ failures: [String] = []) {
    self.response = response
    self.answer = answer
    self.failures = failures
  }

  var testDescription: String { self.response }

  func evaluate(variables: Variables = [:], noise: Noise = Noise()) throws -> Evaluation {
    try Self.expectation(self.response).evaluate(self.answer, in: Self.scope(variables), ignoring: noise)
  }

  /// At 2026-11-20T10:00:00Z, beside a file `two.bin`, with services that can be told from each other.
  static func scope(_ variables: Variables = [:]) -> ContractScope {
    ContractScope(variables, services: .scripted, readFile: { $0 == "two.bin" ? [1, 2] : nil })
  }

  static func entry(_ response: String) throws -> (entry: Entry, source: SourceText) {
    let source = SourceText(name: "t.hurl", text: "GET {{api}}/\n\n\(response)\n")
    return (try #require(try NotationParser.parse(source).entries.first), source)
  }

  static func expectation(_ response: String) throws -> ContractExpectation {
    let (entry, source) = try self.entry(response)
    return ContractExpectation(try #require(entry.response), in: source)
  }
}

extension ContractServices {
  static let scripted: ContractServices = {
    var services = ContractServices()
    services.now = { Timestamp(seconds: 1_795_168_800) }
    services.environment = { $0 == "HOME" ? "/home/alice" : nil }
    services.sha256 = { [UInt8(truncatingIfNeeded: $0.count), 0xA5] }
    services.md5 = { [UInt8(truncatingIfNeeded: $0.count), 0x5A] }
    services.decode = { bytes, charset in
      charset == "reversed" ? String(decoding: bytes.reversed(), as: UTF8.self) : nil
    }
    services.encode = { text, charset in charset == "reversed" ? text.utf8.reversed() : nil }
    services.xpath = { expression, document throws(WordError) in
      switch expression {
      case "//p": .nodes(count: 2)
      case "//none": .nodes(count: 0)
      case "count(//p)": .number(2)
      case "number(//x)": .number(.nan)
      case "sum(//x)": .number(1.5)
      case "boolean(//p)": .bool(true)
      case "kind": .text(document.isHTML ? "html" : "xml")
      case "text": .text(document.text)
      default: throw .cannot("a document without \(expression)")
      }
    }
    services.xpathProblem = { $0.hasSuffix("[") ? "not a valid XPath" : nil }
    return services
  }()
}

extension Answer {
  static func json(_ body: String, status: Int = 200, headers: [(String, String)] = []) -> Answer {
    Answer(
      version: "HTTP/1.1", status: status, statusText: "OK",
      fields: Fields([("Content-Type", "application/json")] + headers), body: Array(body.utf8),
      duration: .milliseconds(12), url: "http://a/")
  }

  static func text(_ body: String, type: String = "text/plain", status: Int = 200) -> Answer {
    Answer(
      version: "HTTP/1.1", status: status, fields: Fields(type.isEmpty ? [] : [("Content-Type", type)]),
      body: Array(body.utf8))
  }

  static func bytes(_ body: [UInt8]) -> Answer {
    Answer(
      version: "HTTP/1.1", status: 200, fields: Fields([("Content-Type", "application/octet-stream")]), body: body)
  }
}
