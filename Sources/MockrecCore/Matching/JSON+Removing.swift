extension JSON {
  /// The value without what the paths select. A path that selects too much to be followed removes nothing.
  package func removing(_ paths: [JSONPath]) -> JSON {
    guard !paths.isEmpty else { return self }
    let locations = paths.flatMap { path in ((try? path.selectNodes(self)) ?? []).map(\.location) }
    guard !locations.isEmpty else { return self }
    return self.removing(Set(locations), at: JSONLocation())
  }

  private func removing(_ locations: Set<JSONLocation>, at place: JSONLocation) -> JSON {
    switch self {
    case .object(let object):
      let members = object.members.compactMap { member -> JSONObject.Member? in
        let inside = place.appending(.name(member.key))
        guard !locations.contains(inside) else { return nil }
        return JSONObject.Member(key: member.key, value: member.value.removing(locations, at: inside))
      }
      return .object(JSONObject(members))
    case .array(let elements):
      return .array(
        elements.enumerated().compactMap { index, element in
          let inside = place.appending(.index(index))
          return locations.contains(inside) ? nil : element.removing(locations, at: inside)
        })
    default:
      return self
    }
  }
}
