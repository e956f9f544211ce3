import MockrecCore
import Testing

@testable import MockrecKit

@Suite("Two answers side by side")
struct SideBySideTests {
  /// `= a`, `! a | b`, `- a`, `+ b`; a `~` in front where no finding speaks of it, and what changed in brackets.
  private static func shown(_ fake: String, _ real: String, _ paths: [String], type: String = "application/json")
    -> [String]
  {
    let pieces = SideBySide.pieces(
      fake: HostileReport.answer(fake, type: type), real: HostileReport.answer(real, type: type), paths: paths)
    let text = { (cell: SideBySide.Cell?) in
      cell.map { $0.before + ($0.changed.isEmpty ? "" : "[\($0.changed)]") + $0.after } ?? ""
    }
    return pieces.map { piece in
      switch piece {
      case .fold(let count): return "… \(count)"
      case .row(let row):
        let lead = row.kind == .same || row.isFinding ? "" : "~"
        switch row.kind {
        case .same: return "= \(text(row.fake))"
        case .changed: return "\(lead)! \(text(row.fake)) | \(text(row.real))"
        case .onlyFake: return "\(lead)- \(text(row.fake))"
        case .onlyReal: return "\(lead)+ \(text(row.real))"
        }
      }
    }
  }

  @Test("fields that differ stand beside each other; noise is told apart; what is alike is folded")
  func fields() {
    let fake = #"{"id": 1, "name": "alice", "rev": 7, "plan": "free", "a": 1, "b": 2, "c": 3, "d": 4}"#
    let real = #"{"id": 1, "name": "alina", "rev": 8, "a": 1, "b": 2, "c": 3, "d": 4, "new": true}"#
    #expect(
      Self.shown(fake, real, ["$.name", "$.plan", "$.new"]) == [
        "… 2", "= {", #"=   "id": 1,"#, #"!   "name": "ali[ce]", |   "name": "ali[na]","#,
        #"~!   "rev": [7], |   "rev": [8],"#,
        #"- [  "plan": "free",]"#, #"=   "a": 1,"#, #"=   "b": 2,"#, #"=   "c": 3,"#, #"=   "d": 4|"#.replacingBar,
        #"+ [  "new": true]"#, "= }",
      ])
  }

  @Test("an element that was put in front moves nothing; its path holds with whatever index")
  func elements() {
    let shown = Self.shown(
      #"{"items": [{"id": 1, "n": "a"}, {"id": 2, "n": "b"}]}"#,
      #"{"items": [{"id": 9, "n": "z"}, {"id": 1, "n": "a"}, {"id": 2, "n": "c"}]}"#, ["$.items[0]", "$.items[1].n"])
    #expect(shown.contains(#"!       "n": "[b]" |       "n": "[c]""#), "\(shown)")
    #expect(shown.count { $0.hasPrefix("+ ") } == 4 && !shown.contains { $0.hasPrefix("-") }, "\(shown)")
  }

  @Test("status, headers and lines of text")
  func texts() {
    #expect(
      Self.shown("a\nb\nc", "a\nX\nc", ["body line 2"], type: "text/plain") == [
        "… 1", "= Content-Type: text/plain", "= a", "! [b] | [X]", "= c",
      ])
  }

  @Test("every line of indented JSON has its path", arguments: [#"{"a":{"b]":[1,{"c\"d":null},[]]},"e":"x{"}"#])
  func paths(json: String) throws {
    let lines = HostileReport.answer(json).body
    #expect(
      lines.map(\.path) == [
        "$", "$.a", "$.a['b]']", "$.a['b]'][0]", "$.a['b]'][1]", #"$.a['b]'][1]['c"d']"#, "", "$.a['b]'][2]", "", "",
        "$.e", "",
      ])
  }

  @Test("long answers are cut, and say by how much")
  func long() {
    let answer = HostileReport.answer("[" + (0..<20_000).map(String.init).joined(separator: ",") + "]")
    #expect(answer.body.count == ShownAnswer.maximumLines && answer.cutBytes > 100_000)
    let line = HostileReport.answer(String(repeating: "x", count: 1 << 20), type: "text/plain")
    #expect(line.length < 4000)
  }
}

extension String {
  /// A comma after a last member says nothing.
  fileprivate var replacingBar: String { String(self.dropLast()) }
}
