import Testing

@testable import MockrecCore

/// Samples of the real, an answer of the fake, and what is left to be found.
struct NoiseCase: CustomTestStringConvertible, Sendable {
  var samples: [String]
  var fake: String
  var noise: [String]
  var found: [String]
  var testDescription: String { self.samples.joined(separator: " ") }
}

@Suite struct NoiseTests {
  @Test(
    "what the real varies by itself is no drift, and nothing else is excused",
    arguments: [
      NoiseCase(
        samples: [#"{"rev": "1", "n": 1}"#, #"{"rev": "2", "n": 1}"#], fake: #"{"rev": "9", "n": 2}"#,
        noise: ["$.rev: matches /^[0-9]+$/"], found: ["$.n"]),
      NoiseCase(
        samples: [#"{"rev": "1"}"#, #"{"rev": "2"}"#], fake: #"{"rev": 9}"#, noise: ["$.rev: matches /^[0-9]+$/"],
        found: ["$.rev"]),
      NoiseCase(
        samples: [#"{"rev": "1"}"#, #"{"rev": "2"}"#], fake: #"{"rev": null}"#, noise: ["$.rev: matches /^[0-9]+$/"],
        found: ["$.rev"]),
      NoiseCase(
        samples: [#"{"rev": "1"}"#, #"{"rev": "2"}"#], fake: #"{"rev": "one"}"#, noise: ["$.rev: matches /^[0-9]+$/"],
        found: ["$.rev"]),
      NoiseCase(
        samples: [#"{"at": null}"#, #"{"at": 3}"#], fake: #"{"at": "3"}"#, noise: ["$.at: isInteger, >= 0 or null"],
        found: ["$.at"]),
      NoiseCase(
        samples: [#"{"a": 1, "b": 2}"#, #"{"b": 2, "a": 1}"#], fake: #"{"b": 2, "a": 1}"#, noise: ["$: order of names"],
        found: []),
      NoiseCase(
        samples: [#"{"rev": "1"}"#, #"{"rev": "2"}"#], fake: #"{}"#, noise: ["$.rev: matches /^[0-9]+$/"],
        found: ["$.rev"]),
      NoiseCase(
        samples: [#"{"kvs": [{"r": 1}, {"r": 5}]}"#, #"{"kvs": [{"r": 2}, {"r": 5}]}"#],
        fake: #"{"kvs": [{"r": 7}, {"r": 8}, {"r": 9}]}"#, noise: ["$.kvs[*].r: isInteger, >= 0"], found: ["$.kvs[2]"]),
      NoiseCase(
        samples: [#"{"a": 1, "x": 1}"#, #"{"a": 1}"#, #"{"a": 1}"#], fake: #"{"a": 1}"#, noise: ["$.x: presence"],
        found: []),
      NoiseCase(
        samples: ["[1, 2, 3]", "[2, 1, 3]"], fake: "[3, 2, 1]", noise: ["$: order"], found: []),
      NoiseCase(
        samples: ["[1, 2, 3]", "[2, 1, 3]"], fake: "[3, 2, 4]", noise: ["$: order"], found: ["$[2]"]),
      NoiseCase(samples: ["[1, 2]", "[1]"], fake: "[1, 2, 3]", noise: ["$: length"], found: []),
      NoiseCase(samples: ["[1]"], fake: "[2]", noise: [], found: ["$[0]"]),
    ])
  func learn(_ test: NoiseCase) {
    let samples = test.samples.map { Answer.json($0) }
    let noise = Noise.learn(from: samples)
    #expect(noise.places == test.noise)
    let found = Comparison.differences(fake: .json(test.fake), real: samples[0], ignoring: noise)
    #expect(found.map(\.path) == test.found)
    // Whatever was learnt excuses the samples themselves.
    for sample in samples {
      #expect(Comparison.differences(fake: sample, real: samples[0], ignoring: noise).isEmpty)
    }
  }

  @Test("headers and bodies that are no JSON vary too")
  func others() {
    let noise = Noise.learn(from: [
      .json("{}", headers: [("E", "1")]), .json("{}", headers: [("E", "2"), ("X", "1")]),
    ])
    #expect(noise.places == ["header x: presence", "header e: matches /^[0-9]+$/"])
    let text = Noise.learn(from: [.text("at 1\nx"), .text("at 2\nx")])
    #expect(text.places == ["body"])
    #expect(Comparison.differences(fake: .text("at 99\nx"), real: .text("at 1\nx"), ignoring: text).isEmpty)
    #expect(!Comparison.differences(fake: .text("at 99\ny"), real: .text("at 1\nx"), ignoring: text).isEmpty)
    #expect(!Comparison.differences(fake: .text("on 99\nx"), real: .text("at 1\nx"), ignoring: text).isEmpty)
    let bytes = Noise.learn(from: [.bytes([0, 1]), .bytes([0, 2])])
    #expect(Comparison.differences(fake: .bytes([0, 9]), real: .bytes([0, 1]), ignoring: bytes).isEmpty)
    #expect(!Comparison.differences(fake: .bytes([0]), real: .bytes([0, 1]), ignoring: bytes).isEmpty)
    // Bytes that happen to be a text are bytes all the same.
    #expect(Comparison.differences(fake: .bytes([0x41, 0x42]), real: .bytes([0, 1]), ignoring: bytes).isEmpty)
    #expect(Comparison.differences(fake: .bytes([0x41, 0x42]), real: .bytes([0x43, 0x44]), ignoring: bytes).isEmpty)
    #expect(!Comparison.differences(fake: .bytes([0x41]), real: .bytes([0, 1]), ignoring: bytes).isEmpty)
    #expect(Noise.disagreement(among: [.bytes([0, 1]), .bytes([0x41, 0x42])]) == nil)
    let mixed = Noise.learn(from: [.bytes([0x41, 0x42]), .bytes([0, 2])])
    #expect(Comparison.differences(fake: .bytes([0, 9]), real: .bytes([0x61, 0x62]), ignoring: mixed).isEmpty)
    let markup = Noise.learn(from: [.text("<a><b>1</b></a>"), .text("<a><b>2</b></a>")])
    #expect(markup.places == ["/a/b: matches /^[0-9]+$/"])
    #expect(
      Comparison.differences(fake: .text("<a><b>9</b></a>"), real: .text("<a><b>1</b></a>"), ignoring: markup).isEmpty)
  }

  @Test("what was known is not widened: a shape that no longer holds is found, though the answers vary")
  func known() {
    let uuids = ["66cd1e39-fdd5-43ab-b179-f265b44a7464", "0f9d3c1e-0000-43ab-b179-f265b44a7464"]
    let known = Noise.learn(from: uuids.map { .json(#"{"id": "\#($0)"}"#) })
    let samples: [Answer] = [.json(#"{"id": "x1"}"#), .json(#"{"id": "x2"}"#)]
    let noise = Noise.learn(from: samples, knowing: known)
    #expect(noise.places == ["$.id: isUuid"])
    let found = Comparison.differences(fake: .json(#"{"id": "\#(uuids[0])"}"#), real: samples[0], ignoring: noise)
    #expect(found.map(\.severity) == [.breaking] && found.map(\.kind) == [.type])
  }

  @Test("answers that no noise explains")
  func disagreement() {
    #expect(Noise.disagreement(among: [.json("{}"), .json("{}", status: 500)]) != nil)
    #expect(Noise.disagreement(among: [.json("{}"), .text("a")]) != nil)
    #expect(Noise.disagreement(among: [.json("{}"), .json("[]")]) != nil)
    #expect(Noise.disagreement(among: [.json(#"{"a": 1}"#), .json(#"{"a": "1"}"#)]) == nil)
    #expect(Noise.disagreement(among: []) == nil)
  }
}
