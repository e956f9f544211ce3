import Testing

@testable import MockrecCore

@Suite struct ValueShapeTests {
  @Test(
    "the narrowest that texts have in common",
    arguments: [
      (["66cd1e39-fdd5-43ab-b179-f265b44a7464", "0f9d3c1e-0000-43ab-b179-f265b44a7464"], "isUuid"),
      (["2026-11-21T09:21:00.000Z", "2026-11-22T09:21:00Z"], "isIsoDate"),
      (["10.0.0.1", "10.0.0.22"], "isIpv4"), (["::1", "fe80::2"], "isIpv6"),
      (["17", "4711"], "matches /^[0-9]+$/"),
      (
        ["Sat, 21 Nov 2026 09:21:01 GMT", "Sun, 22 Nov 2026 10:01:11 GMT"],
        "matches /^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT$/"
      ),
      (["d41d8cd98f00b204e9800998ecf8427e", "6609858a4d8c45e5b9b90739421e3447"], "matches /^[0-9a-f]{32}$/"),
      (["req-a1", "req-b22"], "matches /^req-[0-9a-z]+$/"),
      (["a/b?x=1", "a/b?x=2"], #"matches /^a\/b\?x=[0-9]+$/"#),
      (
        [
          "9Gjjt1m+cjU4OPvX9O9/8RuvnG41MRb/18Oux2o5H5MY7ISNTlXN+Dz9IG62/ILVxhAGI0qyPfg=",
          "8Gjjt1mAcjU4OPvX9O9A8RuvnG41MRb218Oux2o5H5MY7ISNTlXN+Dz9IG62/ILVxhAGI0qyPfg=",
        ],
        "matches /^[0-9A-Za-z+\\/_=-]{76}$/"
      ),
      (["OPT5VUXwL9uTOaiyaBqXl8kfXgAYq6F5", "p3lIbVipUu8jdbPBOOnPgc3YEeKamDNI"], "matches /^[0-9A-Za-z+\\/_=-]{32}$/"),
      (["up", "down", "up", "down"], "matches /^(down|up)$/"), (["up", "down"], "matches /^[a-z]+$/"),
      (["once upon", "a time, there"], "isString"), (["", "x"], "isString"), (["a\nb", "a\nc"], "isString"),
    ])
  func texts(texts: [String], predicate: String) {
    let shape = TextShape.learn(texts)
    #expect(shape.predicate.spelling == predicate)
    #expect(texts.allSatisfy { shape.fits(.string($0)) })
    // What is printed is what is read.
    #expect(ValueShape(shape.predicate) == shape)
  }

  @Test("what is of another shape does not fit")
  func misfits() throws {
    let uuid = PlaceShape.learn(["66cd1e39-fdd5-43ab-b179-f265b44a7464", "0f9d3c1e-0000-43ab-b179-f265b44a7464"])
    #expect(uuid.misfit(.null) == .kind && uuid.misfit(7) == .kind && uuid.misfit("x") == .format)
    let number = PlaceShape.learn([1, 2])
    #expect(number.description == "isInteger, >= 0")
    #expect(number.misfit(3) == nil && number.misfit(-1) == .value && number.misfit("1") == .kind)
    #expect(number.misfit(try JSON.parse("1.5")) == .format)
    let optional = PlaceShape.learn(["a1", .null, "b2"])
    #expect(optional.description == "matches /^[0-9a-z]+$/ or null" && optional.misfit(.null) == nil)
    #expect(optional.misfit("A") == .value)
    #expect(PlaceShape.learn([true, false]).description == "isBoolean")
  }
}
