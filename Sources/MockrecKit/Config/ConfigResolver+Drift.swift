import MockrecCore

extension ConfigResolver {
  /// A rule of `drift`.
  mutating func driftRule(_ item: UserConfig.Item) -> DriftRule? {
    let example = "path: \"$.items[*].price\", severity: compatible"
    guard let path = item.values["path"], let severity = item.values["severity"] else {
      let missing = item.values["path"] == nil ? "path" : "severity"
      self.report(
        "this item has no `\(missing)`", at: UserConfig.Written(text: "", at: item.at), fix: "write {\(example)}")
      return nil
    }
    let judgement = self.choice(severity, of: DriftRule.Judgement.self)
    let kind = item.values["kind"].map { self.choice($0, of: Difference.Kind.self) }
    let place: DriftRule.Place
    do throws(DriftRule.Place.Problem) {
      place = try DriftRule.Place(path.text)
    } catch {
      self.report(
        error.message, at: path, scalars: error.scalars,
        fix: "write status, body, header NAME, a JSONPath of names, indices, * and .., or an XPath such as /List/Item")
      return nil
    }
    guard let judgement, kind == nil || kind != .some(nil) else { return nil }
    return DriftRule(place, kind: kind ?? nil, judgement)
  }
}
