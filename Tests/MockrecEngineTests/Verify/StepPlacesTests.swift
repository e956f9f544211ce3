import MockrecCore
import Testing

@testable import MockrecEngine

@Suite("Where a difference stands in its file")
struct StepPlacesTests {
  private static let contract = """
    GET {{api}}/first

    HTTP 200
    GET {{api}}/a

    HTTP 200
    Content-Type: application/json
    [Asserts]
    jsonpath "$.id" exists
    {
      "id": {{id}},
      "items": [
        {"n": 1},
        {
          "n": 2
        }
      ]
    }


    """

  private static func places(_ contract: String, entry: Int, _ paths: [String]) throws -> [String: String] {
    let source = SourceText(name: "t.hurl", text: contract)
    let dialect = Dialect(wireVerbs: ["GRPC"], messageVerbs: ["GRPC"])
    let entries = try NotationParser.parse(source, dialect: dialect).entries
    let client = ScriptedClient(fake: [], real: [])
    let step = VerifyStep(entries[entry], in: source, wire: PlainWire(), client: client)
    let differences = paths.map { Difference($0, .value, fake: nil, real: nil) }
    return try #require(StepPlaces(step)).places(of: differences).mapValues {
      "\($0.position.line):\($0.position.column)"
    }
  }

  @Test(
    "a field's own line, or that of what is around it; a header's; the status line",
    arguments: [
      ("status", "6:1"), ("header content-type", "7:1"), ("header X-New", "6:1"), ("$.id", "11:3"), ("$.items", "12:3"),
      ("$.items[0].n", "13:5"), ("$.items[1].n", "15:7"), ("$.items[1].new", "14:5"), ("$.new", "10:1"), ("$", "10:1"),
      ("body", "10:1"),
    ])
  func json(path: String, place: String) throws {
    #expect(try Self.places(Self.contract, entry: 1, [path]) == [path: place])
  }

  @Test(
    "a place in one of several messages, whose indices are the answer's",
    arguments: [
      ("$", "4:1"), ("$[0]", "4:1"), ("$[0].text", "4:1"), ("$[1].text", "7:3"), ("$[1].new", "6:1"), ("$[2]", "10:2"),
      ("$[2].text", "10:2"), ("$[3]", "11:1"), ("$[3].text", "11:1"), ("$[4].a", "12:1"), ("$[5]", "4:1"),
    ])
  func messages(path: String, place: String) throws {
    let contract = """
      GRPC {{chat}} chat.Chat/Talk

      GRPC OK
      {"text": "a"}
      # the second
      {
        "text": "b",
        "n": 1
      }
      `c`
      4
      {"a": {}}

      """
    #expect(try Self.places(contract, entry: 0, [path]) == [path: place])
  }

  @Test("a line of a text")
  func text() throws {
    let contract = "GET {{api}}/t\n\nHTTP 200\n```\none\ntwo\n```\n"
    #expect(try Self.places(contract, entry: 0, ["body line 2"]) == ["body line 2": "6:1"])
  }

  @Test("where nothing is expected of a body, nothing is found")
  func none() throws {
    #expect(try Self.places(Self.contract, entry: 0, ["$.id", "status"]) == ["status": "3:1"])
  }
}
