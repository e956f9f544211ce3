import Foundation
import MockrecCore
import Testing

@testable import MockrecKit

@Suite("Receipts, and the gate that reads them")
struct GateTests {
  private static let noon = Date(timeIntervalSince1970: 1_795_176_000)

  private static func receipt(_ verified: Date = noon) -> Receipt {
    Receipt(
      cassette: "ab12", verified: verified, server: "nginx/1.22.1", protocol: "HTTP/1.1", version: "0.1.0",
      counts: [.init(name: "steps", number: 3), .init(name: "agree", number: 2), .init(name: "entries", number: 9)])
  }

  @Test("a receipt comes back as it was written")
  func roundTrip() throws {
    let receipt = Self.receipt()
    #expect(
      receipt.text == """
        {
          "schema": 1,
          "cassette": "sha256:ab12",
          "verified": "2026-11-20T12:00:00Z",
          "service": {
            "server": "nginx/1.22.1",
            "protocol": "HTTP/1.1"
          },
          "mockrec": "0.1.0",
          "counts": {
            "steps": 3,
            "agree": 2,
            "entries": 9
          }
        }

        """)
    #expect(try Receipt(parsing: SourceText(name: "r", text: receipt.text)) == receipt)
    var silent = receipt
    (silent.server, silent.protocol) = (nil, nil)
    #expect(try Receipt(parsing: SourceText(name: "r", text: silent.text)) == silent)
  }

  @Test(
    "what is no receipt is named with its place",
    arguments: [
      ("{", 1), ("{}", 1), (#"{"schema": 2}"#, 1), (#"{"schema": 1, "cassette": "md5:1"}"#, 1),
      (#"{"schema": 1, "cassette": "sha256:1", "verified": "yesterday"}"#, 1),
      (#"{"schema": 1, "cassette": "sha256:1", "verified": "2026-11-20T12:00:00Z"}"#, 1), ("{\n\"a\": tru}", 2),
    ])
  func refused(text: String, line: Int) {
    let error = #expect(throws: Diagnostic.self) { try Receipt(parsing: SourceText(name: "r", text: text)) }
    #expect(error?.place?.file == "r" && error?.place?.position.line == line)
  }

  @Test("the gate is open where a cassette was verified lately and is what was verified")
  func judged() {
    let day: TimeInterval = 86_400
    func judge(_ receipt: Receipt?, _ digest: String = "ab12", after seconds: TimeInterval) -> Gate {
      Gate.judge(receipt, digest: digest, now: Self.noon + seconds, maximumAge: 7 * day)
    }
    let receipt = Self.receipt()
    #expect(judge(receipt, after: 7 * day) == .open(receipt))
    #expect(judge(receipt, after: 7 * day + 1) == .old(receipt))
    #expect(judge(receipt, "cd34", after: 0) == .changed(receipt))
    #expect(judge(receipt, "cd34", after: 90 * day) == .changed(receipt))
    #expect(judge(nil, after: 0) == .noReceipt)
    #expect(judge(receipt, after: -3600) == .open(receipt), "clocks differ")
    #expect(judge(receipt, after: -3601) == .early(receipt))
  }

  @Test("its reasons are for people")
  func reasons() {
    let receipt = Self.receipt()
    let now = Self.noon + 3 * 86_400
    #expect(Gate.open(receipt).reason(now: now) == "verified 3 days ago, 2 of 3 steps agreed")
    #expect(Gate.old(receipt).reason(now: now) == "it was verified 3 days ago, on 2026-11-20T12:00:00Z")
    #expect(Gate.noReceipt.reason(now: now) == "it was never verified: there is no verified.json")
  }

  @Test("times have days", arguments: [("7d", 604_800), ("12h", 43_200), ("0s", 0), ("36500d", 3_153_600_000)])
  func times(text: String, seconds: Int64) {
    #expect(Duration(parsing: text, upTo: .seconds(100 * 366 * 86_400)) == .seconds(seconds))
    #expect(Duration(parsing: "\(text)x", upTo: .seconds(100 * 366 * 86_400)) == nil)
  }
}
