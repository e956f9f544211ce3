/// An ordered list of named values, names and values as they were sent: headers, trailers, attributes.
///
/// Repeated names are kept apart and in their order. Look-up ignores the case of ASCII letters (RFC 9110, 5.1) and is
/// O(`count`): messages have few fields, and a list keeps what a dictionary would lose.
public struct Fields: Sendable, Hashable {
  /// One name and one value, as sent.
  public struct Field: Sendable, Hashable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  public private(set) var list: [Field]

  public init() { self.list = [] }

  public init(_ pairs: [(String, String)]) { self.list = pairs.map { Field($0.0, $0.1) } }

  public var isEmpty: Bool { self.list.isEmpty }
  public var count: Int { self.list.count }

  /// The first value of a name, or nil where the name does not occur.
  public subscript(first name: String) -> String? {
    self.list.first { $0.name.equalsIgnoringCase(name) }?.value
  }

  /// Every value of a name, in order.
  public subscript(all name: String) -> [String] {
    self.list.compactMap { $0.name.equalsIgnoringCase(name) ? $0.value : nil }
  }

  public func contains(_ name: String) -> Bool { self[first: name] != nil }

  /// Makes room for fields that are about to be appended.
  package mutating func reserveCapacity(_ count: Int) { self.list.reserveCapacity(count) }

  /// Whether a text can be the name of a field, or a method. Source: RFC 9110, section 5.6.2.
  package static func isToken(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        (0x61...0x7A).contains(byte.asciiLowercased) || (0x30...0x39).contains(byte)
          || "!#$%&'*+-.^_`|~".utf8.contains(byte)
      }
  }

  public mutating func append(_ name: String, _ value: String) { self.list.append(Field(name, value)) }

  /// Replaces the first field of this name in its place and drops its repetitions, or appends.
  public mutating func set(_ name: String, _ value: String) {
    guard let at = self.list.firstIndex(where: { $0.name.equalsIgnoringCase(name) }) else {
      return self.append(name, value)
    }
    self.list[at].value = value
    while let again = self.list.lastIndex(where: { $0.name.equalsIgnoringCase(name) }), again > at {
      self.list.remove(at: again)
    }
  }

  public mutating func remove(_ name: String) { self.list.removeAll { $0.name.equalsIgnoringCase(name) } }

  public mutating func removeAll(where drop: (Field) -> Bool) { self.list.removeAll(where: drop) }

  /// The same fields with each value replaced by what `change` makes of it.
  public func mapValues(_ change: (Field) -> String) -> Fields {
    var copy = self
    for index in copy.list.indices { copy.list[index].value = change(copy.list[index]) }
    return copy
  }
}

extension Fields: RandomAccessCollection {
  public var startIndex: Int { self.list.startIndex }
  public var endIndex: Int { self.list.endIndex }
  public subscript(position: Int) -> Field { self.list[position] }
}

extension StringProtocol {
  /// Whether two texts are the same but for the case of ASCII letters. Allocates nothing.
  package func equalsIgnoringCase(_ other: some StringProtocol) -> Bool {
    let (a, b) = (self.utf8, other.utf8)
    guard a.count == b.count else { return false }
    var (i, j) = (a.startIndex, b.startIndex)
    while i != a.endIndex {
      guard a[i].asciiLowercased == b[j].asciiLowercased else { return false }
      a.formIndex(after: &i)
      b.formIndex(after: &j)
    }
    return true
  }
}

extension String {
  /// The same for two whole texts, in their memory.
  package func equalsIgnoringCase(_ other: String) -> Bool {
    let count = self.utf8.count
    guard count == other.utf8.count else { return false }
    let isSame = self.utf8.withContiguousStorageIfAvailable { a in
      other.utf8.withContiguousStorageIfAvailable { b in
        for index in 0..<count where a[index].asciiLowercased != b[index].asciiLowercased { return false }
        return true
      }
    }
    // Texts of another representation than UTF-8 are compared as any two are.
    return isSame.flatMap { $0 } ?? self[...].equalsIgnoringCase(other[...])
  }
}

extension UInt8 {
  /// This byte with `A`…`Z` made `a`…`z`; every other byte is itself.
  package var asciiLowercased: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }
}
