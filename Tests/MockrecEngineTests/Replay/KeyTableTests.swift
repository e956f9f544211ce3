import MockrecWire
import Testing

@testable import MockrecEngine

@Suite("The table of keys")
struct KeyTableTests {
  @Test("a key has the number under which it came first, found by itself and by its bytes", arguments: [0, 10, 5000])
  func numbers(capacity: Int) {
    var table = KeyTable(capacity: capacity)
    let heads = (0..<3000).map { "GET /\($0)\(String(repeating: "x", count: $0 % 40))" }
    for (number, head) in heads.enumerated() { #expect(table.insert(MatchKey(head: head)) == number) }
    for (number, head) in heads.enumerated() {
      #expect(table.insert(MatchKey(head: head)) == number)
      #expect(table.find(MatchKey(head: head)) == number)
      #expect(Array(head.utf8).withUnsafeBytes { table.find($0) } == number)
    }
    #expect(table.find(MatchKey(head: "GET /3000")) == nil)
    #expect(table.keys.map(\.head) == heads)
  }

  @Test("keys with the same head and other bodies are others; bytes alone find the one without a body")
  func bodies() {
    var table = KeyTable()
    #expect(table.insert(MatchKey(head: "POST /", body: 7)) == 0)
    #expect(Array("POST /".utf8).withUnsafeBytes { table.find($0) } == nil)
    #expect(table.insert(MatchKey(head: "POST /")) == 1)
    #expect(table.find(MatchKey(head: "POST /", body: 7)) == 0)
    #expect(table.find(MatchKey(head: "POST /", body: 8)) == nil)
    #expect(Array("POST /".utf8).withUnsafeBytes { table.find($0) } == 1)
  }
}
