/// The members of a JSON object, in the order they were sent and with repeated keys kept.
///
/// Where one value per key is asked for, the last one counts, as it does for most readers.
public struct JSONObject: Sendable {
  public struct Member: Sendable {
    public let key: String
    public let value: JSON

    public init(key: String, value: JSON) {
      self.key = key
      self.value = value
    }
  }

  /// All members as sent, repeated keys included.
  public let members: [Member]

  /// Where the last member of each key stands; kept only where looking at every member would be slower.
  private let index: [ExactText: Int]?

  private static let indexedFrom = 12

  /// - Complexity: O(`members.count`).
  public init(_ members: [Member] = []) {
    self.members = members
    guard members.count >= Self.indexedFrom else {
      index = nil
      return
    }
    var index = [ExactText: Int](minimumCapacity: members.count)
    for (position, member) in members.enumerated() {
      index[ExactText(member.key)] = position
    }
    self.index = index
  }

  public var count: Int { members.count }
  public var isEmpty: Bool { members.isEmpty }

  /// The value of `key`, the last one where it is repeated.
  ///
  /// - Complexity: O(1).
  public subscript(key: String) -> JSON? {
    position(of: key).map { members[$0].value }
  }

  /// The members without those that a later one of the same key takes the place of.
  package var effectiveMembers: [Member] {
    if let index, index.count == members.count { return members }
    return members.indices.filter(isEffective).map { members[$0] }
  }

  /// This object with `key` set: in the place where the key stands, or at the end.
  ///
  /// - Complexity: O(`count`).
  public func setting(_ key: String, to value: JSON) -> JSONObject {
    var members = members
    let member = Member(key: key, value: value)
    if let position = position(of: key) {
      members[position] = member
    } else {
      members.append(member)
    }
    return JSONObject(members)
  }

  /// This object without `key`, every repetition of it included.
  ///
  /// - Complexity: O(`count`).
  public func removing(_ key: String) -> JSONObject {
    JSONObject(members.filter { !$0.key.hasSameScalars(as: key) })
  }

  private func position(of key: String) -> Int? {
    if let index { return index[ExactText(key)] }
    return members.lastIndex { $0.key.hasSameScalars(as: key) }
  }

  private func isEffective(_ position: Int) -> Bool {
    self.position(of: members[position].key) == position
  }
}

extension JSONObject: Hashable {
  /// - Complexity: O(`count`), each value compared at most once.
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    if left.count == right.count, zip(left.members, right.members).allSatisfy({ $0.key.hasSameScalars(as: $1.key) }) {
      return left.members.indices.allSatisfy {
        !left.isEffective($0) || left.members[$0].value == right.members[$0].value
      }
    }
    guard right.members.allSatisfy({ left.position(of: $0.key) != nil }) else { return false }
    return left.members.indices.allSatisfy { here in
      guard left.isEffective(here) else { return true }
      guard let there = right.position(of: left.members[here].key) else { return false }
      return left.members[here].value == right.members[there].value
    }
  }

  public func hash(into hasher: inout Hasher) {
    // Combined by exclusive or, so that the order of members does not count.
    var combined = 0
    for position in members.indices where isEffective(position) {
      var member = Hasher()
      member.combine(members[position].key)
      member.combine(members[position].value)
      combined ^= member.finalize()
    }
    hasher.combine(combined)
  }
}
