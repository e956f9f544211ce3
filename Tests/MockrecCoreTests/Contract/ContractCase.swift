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
    try Self.expectation(self.response).evaluate(self.answer, variables: variables, ignoring: noise)
  }

  static func entry(_ response: String) throws -> (entry: Entry, source: SourceText) {
    let source = SourceText(name: "t.hurl", text: "GET {{api}}/\n\n\(response)\n")
    return (try #require(try NotationParser.parse(source).entries.first), source)
  }

  static func expectation(_ response: String) throws -> ContractExpectation {
    let (entry, source) = try self.entry(response)
    return ContractExpectation(try #require(entry.response), in: source) { $0 == "two.bin" ? [1, 2] : nil }
  }
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
