/// Where one value stands in a JSON document: the names and indices that lead to it from the root.
///
/// Source: RFC 9535 section 2.7, normalized paths.
public struct JSONLocation: Sendable, Hashable {
  public enum Step: Sendable {
    case name(String)
    /// Counted from 0.
    case index(Int)
  }

  public var steps: [Step]

  /// The root, `$`, when there are no steps.
  public init(_ steps: [Step] = []) {
    self.steps = steps
  }

  public func appending(_ step: Step) -> JSONLocation {
    JSONLocation(steps + [step])
  }

  /// Whether this is `other` or stands somewhere in it.
  public func isWithin(_ other: JSONLocation) -> Bool {
    steps.starts(with: other.steps)
  }
}

extension JSONLocation: CustomStringConvertible {
  /// The normalized path, as in `$['a'][0]`: each location has exactly one.
  public var description: String {
    text { _ in false }
  }

  /// The path as people write it, as in `$.a[0]`: the dot wherever the name allows it. It is a JSONPath too.
  public var shortDescription: String {
    text { name in
      name.utf8.allSatisfy(Self.isWordByte) && !(name.utf8.first.map { "0"..."9" ~= Unicode.Scalar($0) } ?? true)
    }
  }

  private func text(isBare: (String) -> Bool) -> String {
    var output: [UInt8] = [UInt8(ascii: "$")]
    for step in steps {
      switch step {
      case .name(let name) where isBare(name):
        output.append(UInt8(ascii: "."))
        output.append(contentsOf: name.utf8)
      case .name(let name):
        output.append(UInt8(ascii: "["))
        JSONString.appendQuoted(name, quote: UInt8(ascii: "'"), to: &output)
        output.append(UInt8(ascii: "]"))
      case .index(let index):
        output.append(contentsOf: "[\(index)]".utf8)
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default:
      false
    }
  }
}

extension JSONLocation.Step: Hashable {
  public static func == (left: Self, right: Self) -> Bool {
    switch (left, right) {
    case (.name(let left), .name(let right)): left.hasSameScalars(as: right)
    case (.index(let left), .index(let right)): left == right
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .name(let name): hasher.combine(name)
    case .index(let index): hasher.combine(index)
    }
  }
}

extension JSON {
  /// The value at a location; nil when there is none.
  public func value(at location: JSONLocation) -> JSON? {
    var value: JSON? = self
    for step in location.steps {
      switch step {
      case .name(let name): value = value?[name]
      case .index(let index): value = value?[index]
      }
    }
    return value
  }
}
