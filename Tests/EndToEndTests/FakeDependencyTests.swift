import Foundation
import Testing

@Suite("The set-up of the Fake Dependency Service", .wholePrograms)
struct FakeDependencyTests {
  private static let wanted = #"""
    called: 200 {"id":42,"name":"{{ada}}"} a, b application/json
    at its address: {'id': 42, 'name': '{{ada}}'}
    any query: 200
    sent: ['', '', '']
    another's: 501 []
    payload: {}
    deep: {"deep":true}
    query: {}
    form: {}
    none: 501
    sent: [{'sourceRefId': 'abc-1', 'status': 'SUCCESS'}, '', 'a=1&sourceRefId=abc-1']
    detailed: 3 {'sourceRefId': 'abc-1', 'status': 'SUCCESS'} ['r-1']
    last: b'{"order":{"id":7}}'
    chain: 500 200 200
    slow: 499 b'' True
    by method: {'of': 'POST'} {'of': 'DELETE'} 501
    soap: 204 200 True text/xml
    soap: True 501
    xml: <user/> text/xml; charset=utf-8
    shared: {'of': 'all'} {'of': 'all'} {'of': 'all'}
    shared: ['', '', ''] []
    parallel: []
    problem: field 400 application/problem+json /responsBody there is no field `responsBody`; nearest: `responseBody`; there are responseBody, responseSetUpMetadata, responseHeaders
    problem: status 400 application/problem+json /responseSetUpMetadata/httpStatus `httpStatus` is a whole number from 200 to 999
    problem: delay 400 application/problem+json /responseSetUpMetadata/delayMs `delayMs` is a whole number from 0 to 600000
    problem: json 400 application/problem+json  the body is no JSON: not valid JSON at byte 1: the text ends here; expected a key in double quotes
    problem: header 400 application/problem+json /responseHeaders/a the values of a header are texts without line breaks
    problem: service 404 application/problem+json None no service is called 'usr-service'; nearest: user-service; name it in mockrec.yaml
    problem: id 400 application/problem+json /X-Request-ID a session's name is visible ASCII without commas, at most 200 characters
    problem: method 400 application/problem+json /X-Fake-Dependency-Http-Method 'G T' is no method; leave the field out for any
    problem: set it up first: POST to the same address, with the same X-Request-ID
    problem: `verifyMockContent` is list, detailed or last
    missed: miss
    """#

  @Test("mocks set up by one call answer the service under test, by request id, and say what came")
  func setUp() async throws {
    let folder = try TemporaryFolder()
    try folder.write("mockrec.yaml", "services:\n  user-service: {wire: http}\n  pharmacy-service: {wire: http}\n")
    for name in ["user-service", "pharmacy-service"] { try folder.write("cassettes/\(name)/.keep", "") }
    let client = "\(try Python.interpreter) -B \(Python.script("Clients/fake_dependency.py")) > said.txt"
    let finished = try await Mockrec.run(
      ["replay", "--control", "127.0.0.1:0", "--", "sh", "-c", client], in: folder.path, within: .seconds(120))
    let said = try String(contentsOfFile: folder("said.txt"), encoding: .utf8).split(separator: "\n").map(String.init)
    let wanted = Self.wanted.split(separator: "\n").map(String.init)
    #expect(said == wanted, "\(finished)")
  }
}
