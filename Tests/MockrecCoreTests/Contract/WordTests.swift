import Testing

@testable import MockrecCore

/// Words that ask more than the answer's JSON: filters, dates, documents, the connection.
@Suite struct WordTests {
  private static let answer = Answer(
    version: "HTTP/2", status: 200,
    fields: Fields([
      ("Content-Type", "application/json"), ("Location", "/b"),
      ("Set-Cookie", "sid=abc; Path=/; Expires=Wed, 13 Jan 2021 22:23:01 GMT"),
    ]),
    body: Array(
      #"""
      {"b64": "PDw/Pz8+Pg==", "b64url": "PDw_Pz8-Pg", "html": "a &lt; b &amp;&#65 &#x1D306;&copy;&nope;",
       "text": "a < b & c", "url": "https://mozilla.org/?y=1&x=шеллы#z", "encoded": "/?x=%D1%88%20a+b&n",
       "id": "a1b22", "ips": "1.1, 2.2", "pi": "3.25", "s": 1.6, "date": "2023-01-23T18:25:43.511Z",
       "later": "2023-01-23T20:25:43.512+02:00", "xml": "<?xml version='1.0'?><p/>", "soup": "<p>", "one": [7], "none": []}
      """#.utf8),
    duration: .milliseconds(12), url: "http://a/",
    transfer: Answer.Transfer(
      ip: "127.0.0.1",
      redirects: [.init(status: 302, location: "http://a/1"), .init(status: 301, location: "http://a/2")],
      certificate: .init(
        subject: "CN = localhost", issuer: "CN = CA", start: Timestamp(seconds: 1_795_168_800 - 86_400 * 10),
        end: Timestamp(seconds: 1_795_168_800 + 86_400 * 20 + 1), serialNumber: "1e:e8", alternativeName: nil,
        pem: "-----BEGIN")))

  @Test(
    "asserts that hold",
    arguments: [
      #"jsonpath "$.b64" base64Decode == hex,3c3c3f3f3f3e3e;"#,
      #"jsonpath "$.b64" base64Decode base64Encode == "PDw/Pz8+Pg==""#,
      #"jsonpath "$.b64url" base64UrlSafeDecode base64UrlSafeEncode == "PDw_Pz8-Pg""#,
      #"jsonpath "$.html" htmlUnescape == "a < b &A 𝌆©&nope;""#,
      #"jsonpath "$.text" htmlEscape == "a &lt; b &amp; c""#,
      #"jsonpath "$.url" urlQueryParam "x" == "шеллы""#, #"jsonpath "$.url" urlQueryParam "y" == "1""#,
      #"jsonpath "$.url" urlQueryParam "z" not exists"#, #"jsonpath "$.encoded" urlQueryParam "x" == "ш a b""#,
      #"jsonpath "$.encoded" urlQueryParam "n" == """#, #"jsonpath "$.encoded" urlDecode == "/?x=ш a+b&n""#,
      #"jsonpath "$.encoded" urlEncode == "/%3Fx%3D%25D1%2588%2520a%2Bb%26n""#,
      #"jsonpath "$.id" replaceRegex /\d/ "x" == "axbxx""#,
      #"jsonpath "$.id" replaceRegex "([a-z])(\\d)" "$2$1" == "1a2b2""#,
      #"jsonpath "$.id" replace /\d+/ "-" == "a-b-""#, #"jsonpath "$.id" replace "\\d" "-" == "a1b22""#,
      #"jsonpath "$.ips" split ", " nth 1 == "2.2""#, #"jsonpath "$.pi" toFloat == 3.25"#,
      #"jsonpath "$.s" toInt == 1"#, #"jsonpath "$.s" toString == "1.6""#,
      #"jsonpath "$.date" toDate "%+" dateFormat "%A" == "Monday""#,
      #"jsonpath "$.date" toDate "%Y-%m-%dT%H:%M:%S%.fZ" format "%A" == "Monday""#,
      #"jsonpath "$.date" toDate "%+" < {{later}}"#, #"jsonpath "$.date" toDate "%+" != {{later}}"#,
      #"jsonpath "$.later" toDate "%+" == {{later}}"#, #"jsonpath "$.date" toDate "%+" isDate"#,
      #"jsonpath "$.date" not isDate"#, #"jsonpath "$.date" toDate "%+" daysBeforeNow > 1000"#,
      #"cookie "sid[Expires]" contains "13 Jan 2021""#,
      #"cookie "sid[Expires]" dateFormat "%Y-%m-%d" == "2021-01-13""#, #"certificate "Subject" == "CN = localhost""#,
      #"certificate "Issuer" endsWith "CA""#, #"certificate "Expire-Date" daysAfterNow == 20"#,
      #"certificate "Start-Date" daysBeforeNow == 10"#, #"certificate "Start-Date" daysAfterNow == -10"#,
      #"certificate "Serial-Number" matches /^[0-9a-f]{2}:/"#, #"certificate "Subject-Alt-Name" not exists"#,
      #"certificate "Value" startsWith "-----BEGIN""#, #"ip == "127.0.0.1""#, "ip isIpv4", "ip not isIpv6",
      "redirects count == 2", #"redirects nth 0 location == "http://a/1""#,
      #"redirects last location endsWith "/2""#, #"version == "2""#, "md5 == hex,\(Self.length)5a;",
      "sha256 == hex,\(Self.length)a5;", "bytes toHex startsWith \"7b22\"", #"xpath "//p" count == 2"#,
      #"xpath "//p" exists"#, #"xpath "//none" not exists"#, #"xpath "//none" count == 0"#,
      #"xpath "//p" isCollection"#,
      #"xpath "//p" isObject"#, #"xpath "count(//p)" == 2"#, #"xpath "sum(//x)" == 1.5"#,
      #"xpath "boolean(//p)" == true"#,
      #"xpath "kind" == "xml""#, #"jsonpath "$.xml" xpath "kind" == "xml""#,
      #"jsonpath "$.soup" xpath "kind" == "html""#,
      #"jsonpath "$.soup" utf8Encode charsetDecode "reversed" == ">p<""#,
      #"jsonpath "$.soup" charsetEncode "reversed" decode "us-ascii" == ">p<""#,
      #"bytes decode "utf-8" contains "шеллы""#,
      #"variable "bytes" startsWith hex,01;"#, #"variable "later" dateFormat "%S" == "43""#,
      #"jsonpath "$.one[*]" == 7"#, #"jsonpath "$.none[*]" not exists"#, #"jsonpath "$.id" == `a1b22`"#,
      #"bytes not == file,two.bin;"#,
    ])
  func holds(text: String) throws {
    let found = try self.evaluate(text)
    #expect(found.failures.isEmpty, "\(found.failures)")
    #expect(found.expectations == 1)
  }

  @Test(
    "asserts that do not hold, and what is said to be there instead",
    arguments: [
      (#"jsonpath "$.text" base64Decode == hex,00;"#, "which is no base64"),
      (#"jsonpath "$.date" toDate "%d" isDate"#, "which is not written as"),
      (#"jsonpath "$.id" dateFormat "%d" == "1""#, "which is no date"), (#"certificate "Value" == "x""#, "-----BEGIN"),
      (#"bytes decode "klingon" == "x""#, "no text in the charset klingon"), (#"xpath "//x" exists"#, "without //x"),
      (#"xpath "number(//x)" == 1"#, "not a number"), (#"jsonpath "$.id" location == "x""#, "which is no redirect"),
      (#"jsonpath "$.date" toDate "%+" > 1"#, "no order beside number"), (#"redirects count == 3"#, "2"),
      (#"jsonpath "$.one" base64Encode == "x""#, "which is not bytes"),
    ])
  func fails(text: String, actual: String) throws {
    let found = try self.evaluate(text)
    #expect(found.failures.count == 1 && found.failures.first?.actual.contains(actual) == true, "\(found.failures)")
  }

  @Test("without coercion a JSONPath gives the list of what it selects, were it empty")
  func nodeLists() throws {
    for text in [
      #"jsonpath "$.one[*]" count == 1"#, #"jsonpath "$.one" first isList"#, #"jsonpath "$.no" count == 0"#,
      #"body jsonpath "$.id" first == "a1b22""#,
    ] {
      var scope = Self.scope
      scope.keepsNodeLists = true
      let found = try ContractCase.expectation("HTTP *\n[Asserts]\n\(text)").evaluate(Self.answer, in: scope)
      #expect(found.failures.isEmpty, "\(text) \(found.failures)")
    }
  }

  @Test(
    "fenced texts are what their language makes of them",
    arguments: [
      ("```\nx {{v}}\n```", "x 1\n"), ("```raw\nx {{v}}\n```", "x {{v}}\n"),
      ("```json,novariable\n{{v}}\n```", "{{v}}\n"),
      ("```json\n{\"a\": {{v}}}\n```", "{\"a\":1.0}"), ("```json\n{\"a\" 1}\n```", "{\"a\" 1}\n"),
      ("```hex\n78 79\n```", "xy"),
      ("```base64\neHk=\n```", "xy"),
      ("```graphql\n{ a }\n\nvariables {\"v\": {{v}}}\n```", #"{"variables": {"v": 1}, "query": "{ a }"}"#),
    ])
  func fenced(text: String, body: String) throws {
    let scope = ContractCase.scope(["v": .json(1)])
    let expectation = try ContractCase.expectation("HTTP *\n\(text)")
    let found = try expectation.evaluate(.text(body), in: scope)
    #expect(found.failures.isEmpty, "\(found.failures)")
    #expect(try !expectation.evaluate(.text(body + "?"), in: scope).failures.isEmpty)
  }

  @Test("what is captured keeps its type, and serves the captures and asserts behind it")
  func captures() throws {
    let response = """
      HTTP *
      [Captures]
      when: jsonpath "$.date" toDate "%+"
      raw: bytes
      nodes: xpath "//p"
      again: variable "when" dateFormat "%Y" redact
      [Asserts]
      variable "when" < {{later}}
      variable "nodes" count == 2
      variable "raw" startsWith hex,7b;
      variable "again" == "2023"
      """
    let found = try ContractCase.expectation(response).evaluate(Self.answer, in: Self.scope)
    #expect(found.failures.isEmpty, "\(found.failures)")
    #expect(found.captures["nodes"] == .nodes(2) && found.captures["raw"] == .bytes(Self.answer.body))
    #expect(found.secrets == ["2023"])
  }

  @Test(
    "what is wrong with words is found before the first request",
    arguments: [
      (#"xpath "//p[" exists"#, "not a valid XPath"), (#"jsonpath "$.date" toDate "%Q" exists"#, "written so"),
      (#"jsonpath "$.id" replaceRegex /(/ "" == """#, "not a valid pattern"),
      (#"header "{{laterr}}" exists"#, "laterr"),
    ])
  func problems(text: String, words: String) throws {
    let (entry, source) = try ContractCase.entry("HTTP *\n[Asserts]\n\(text)")
    var defined: Set = ["api", "later"]
    let problems = ContractCheck.problems(in: entry, of: source, defined: &defined, services: .scripted)
    #expect(problems.count == 1 && problems.first?.description.contains(words) == true, "\(problems)")
  }

  private static let scope = ContractCase.scope([
    "later": .date(Timestamp(seconds: 1_674_498_343, nanoseconds: 512_000_000)), "bytes": .bytes([1, 2]),
  ])

  /// As hex, what the scripted digests begin with.
  private static let length = Excerpt.hex(UInt8(truncatingIfNeeded: answer.body.count))

  private func evaluate(_ text: String) throws -> Evaluation {
    try ContractCase.expectation("HTTP *\n[Asserts]\n\(text)").evaluate(Self.answer, in: Self.scope)
  }
}
