import MockrecCore
import Testing

@testable import MockrecKit

@Suite("What the control API says of itself and of what it does not understand")
struct ControlFieldTests {
  @Test(
    "a field that is wrong is named by its pointer",
    arguments: [
      ("requests/verify", #"[]"#, "", "the body has to be a JSON object"),
      ("requests/verify", #"{"#, "", "the body is no JSON"),
      ("requests/verify", #"{"atMost": 1, "atMost": 2}"#, "/atMost", "`atMost` is given twice"),
      ("requests/verify", #"{"order": [{}, 1]}"#, "/order/1", "`order/1` is a JSON object"),
      ("entries", #"{"entries": ["GET {{users}}/x\n\nHTTP 200\n", "nonsense"]}"#, "/entries/1", "entry 2:1:1"),
      ("entries", #"{"entry": "nonsense"}"#, "/entry", "entry:1:1"),
    ])
  func pointers(path: String, body: String, field: String, detail: String) async throws {
    let steered = try Steered()
    let answer = try await steered.ask("POST", "/sessions/default/" + path, body)
    #expect(answer.status == 400 && answer.json?["field"]?.string == field, "\(answer)")
    #expect(answer.json?["detail"]?.string?.contains(detail) == true, "\(answer)")
    await steered.end()
  }

  @Test("the document says what is answered")
  func document() throws {
    let steered = try Steered()
    let paths = steered.api.document["paths"]
    let wait = paths?["/sessions/{session}/requests/wait"]?["post"]?["responses"]
    for status in ["200", "408"] {
      let schema = wait?[status]?["content"]?["application/json"]?["schema"]
      #expect(schema?["properties"]?["dropped"] != nil, "\(status)")
    }
    let parameters = paths?["/sessions/{session}/entries"]?["get"]?["parameters"]?.array ?? []
    #expect(parameters.contains { $0["name"]?.string == "service" && $0["in"]?.string == "query" })
  }
}
