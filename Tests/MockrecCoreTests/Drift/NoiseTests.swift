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
        noise: ["$.rev: value"], found: ["$.n"]),
      NoiseCase(
        samples: [#"{"rev": "1"}"#, #"{"rev": "2"}"#], fake: #"{"rev": 9}"#, noise: ["$.rev: value"], found: ["$.rev"]),
      NoiseCase(
        samples: [#"{"rev": "1"}"#, #"{"rev": "2"}"#], fake: #"{}"#, noise: ["$.rev: value"], found: ["$.rev"]),
      NoiseCase(
        samples: [#"{"kvs": [{"r": 1}, {"r": 5}]}"#, #"{"kvs": [{"r": 2}, {"r": 5}]}"#],
        fake: #"{"kvs": [{"r": 7}, {"r": 8}, {"r": 9}]}"#, noise: ["$.kvs[*].r: value"], found: ["$.kvs[2]"]),
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
    #expect(noise.places == ["header e: value", "header x: presence"])
    #expect(Noise.learn(from: [.text("a"), .text("b")]).places == ["body"])
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
