import Testing

@Suite("Cases against the real server")
struct CaseTests {
  @Test("the fake answers every case as the real server does", arguments: CaseFile.families)
  func family(_ family: String) throws {
    let cases = try CaseFile.read(family: family)
    let runner = try CaseRunner()
    var failures: [String] = []
    for test in cases {
      for version in test.versions {
        guard let difference = try runner.difference(test, version: version) else { continue }
        failures.append(difference)
        break
      }
    }
    print("\(family): \(cases.count) cases, \(failures.count) differ")
    for failure in failures { Issue.record(Comment(rawValue: failure)) }
  }

  @Test("the table holds at least 600 cases, and no name twice in a family")
  func tableIsLarge() throws {
    let cases = try CaseFile.families.map { try CaseFile.read(family: $0) }
    #expect(cases.joined().count >= 600)
    for family in cases {
      let names = Dictionary(grouping: family, by: \.name).filter { $0.value.count > 1 }.keys
      #expect(names.isEmpty, "twice in \(family[0].file): \(names.sorted())")
    }
  }
}
