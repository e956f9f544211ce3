import MockrecCore
import Testing

@Suite struct JSONValueTests {
  static let sameNumbers = [
    ["1", "1.0", "1e0", "10e-1", "0.1E+1", "1.000"],
    ["0", "-0", "0.0", "0e999999999", "-0.0e-5"],
    ["1e999999999", "10e999999998", "0.1e1000000000"],
    ["1e99999999999999999999999999", "10e99999999999999999999999998", "0.001e100000000000000000000000002"],
    ["1e1000000000000000000", "10e999999999999999999"],
    ["1e-1000000000000000000", "0.1e-999999999999999999"],
    ["-12.5", "-125e-1", "-1.250e1"],
    ["9007199254740993", "9007199254740993.0"], ["9007199254740992"],
    ["0.1"], ["0.1000000000000000055511151231257827"],
    ["1e99999999999999999999999998"], ["1e-99999999999999999999999998"],
  ]

  @Test("numbers are equal, and hash alike, by their exact value alone")
  func numberEquality() throws {
    for (row, left) in Self.sameNumbers.enumerated() {
      for (otherRow, right) in Self.sameNumbers.enumerated() {
        for left in left {
          for right in right {
            let (first, second) = (try #require(JSONNumber(left)), try #require(JSONNumber(right)))
            #expect((first == second) == (row == otherRow), "\(left) and \(right)")
            if row == otherRow { #expect(first.hashValue == second.hashValue, "\(left) and \(right)") }
          }
        }
      }
    }
  }

  @Test("numbers are in order of their value")
  func numberOrder() throws {
    let ascending = [
      "-1e99999999999999999999", "-1e999", "-10", "-9.5", "-1e-999", "-1e-99999999999999999999", "0",
      "1e-99999999999999999999", "1e-999", "0.09", "0.1", "1", "1.0000000000000000000001", "2", "10", "1e999",
      "1e99999999999999999999",
    ]
    for (place, left) in ascending.enumerated() {
      for (otherPlace, right) in ascending.enumerated() {
        let (first, second) = (try #require(JSONNumber(left)), try #require(JSONNumber(right)))
        #expect((first < second) == (place < otherPlace), "\(left) and \(right)")
      }
    }
  }

  @Test("numbers keep their spelling and convert exactly or not at all")
  func numberConversion() throws {
    #expect(JSONNumber("1.50")?.text == "1.50")
    #expect(JSONNumber("1.2e1")?.int64 == 12)
    #expect(JSONNumber("-9223372036854775808")?.int64 == .min)
    #expect(JSONNumber("-9223372036854775808.0")?.int64 == .min)
    #expect(JSONNumber("9223372036854775808")?.int64 == nil)
    #expect(JSONNumber("1e19")?.int64 == nil)
    #expect(JSONNumber("1e999999999")?.int64 == nil)
    #expect(JSONNumber("1.5")?.int64 == nil)
    #expect(JSONNumber("0.000")?.int64 == 0)
    #expect(JSONNumber("1e999")?.double == .infinity)
    #expect(JSONNumber("1")?.isInteger == true)
    #expect(JSONNumber("1.0")?.isInteger == false)
    #expect(JSONNumber(Double.nan) == nil)
    #expect(JSONNumber(0.1)?.text == "0.1")
    for text in ["", "01", "+1", ".5", "1.", "1e", "0x1", " 1", "1 ", "é"] {
      #expect(JSONNumber(text) == nil, "\(text)")
    }
  }

  @Test(
    "JSON texts compare as JSON",
    arguments: [
      (#"{"a":1,"b":[2,3]}"#, #"{ "b": [2.0, 3e0], "a": 1 }"#, true),
      (#"{"a":1}"#, #"{"a":1,"b":null}"#, false),
      (#"{"a":1,"b":2}"#, #"{"a":1,"c":2}"#, false),
      (#"{"a":1,"a":2}"#, #"{"a":2}"#, true),
      (#"{"a":1,"a":2}"#, #"{"a":3,"a":2}"#, true),
      (#"{"a":1,"a":2}"#, #"{"a":2,"a":1}"#, false),
      (#"{"a":1,"b":2,"a":3}"#, #"{"b":2,"a":3}"#, true),
      ("[1,2]", "[2,1]", false),
      ("\"\u{E9}\"", "\"e\u{301}\"", false),
      ("{\"\u{E9}\":1}", "{\"e\u{301}\":1}", false),
      (#""\u00e9\/""#, "\"é/\"", true),
      ("null", "false", false),
    ])
  func equality(left: String, right: String, isEqual: Bool) throws {
    let (first, second) = (try JSON.parse(left), try JSON.parse(right))
    #expect((first == second) == isEqual)
    #expect((second == first) == isEqual)
    if isEqual { #expect(first.hashValue == second.hashValue) }
  }

  @Test("large objects are looked up and compared without regard to order")
  func largeObjects() throws {
    let members = (0..<20_000).map { JSONObject.Member(key: "key number \($0)", value: .number(JSONNumber($0))) }
    let object = JSONObject(members)
    let reversed = JSONObject(members.reversed())
    #expect(object["key number 777"] == 777)
    #expect(object["no key"] == nil)
    #expect(object == reversed)
    #expect(object.hashValue == reversed.hashValue)
    #expect(object != reversed.setting("key number 5", to: .null))
    #expect(object.removing("key number 5").count == 19_999)
    #expect(object.setting("new", to: true).members.last?.key == "new")
  }
}
