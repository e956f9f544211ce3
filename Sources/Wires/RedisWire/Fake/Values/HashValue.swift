/// A hash: fields in the order of their first setting.
package final class HashValue {
  package let fields: OrderedTable<RedisBytes>
  /// Whether Redis would still hold this as a listpack: it does not go back to one.
  package private(set) var isSmall = true

  package init() { self.fields = OrderedTable() }

  private init(_ fields: OrderedTable<RedisBytes>, isSmall: Bool) {
    self.fields = fields
    self.isSmall = isSmall
  }

  package var count: Int { self.fields.count }

  package var encoding: StaticString { self.isSmall ? "listpack" : "hashtable" }

  /// Sets a field. Returns whether it is new.
  @discardableResult
  package func set(_ field: RedisBytes, _ value: RedisBytes, limits: EncodingLimits) -> Bool {
    let isNew = self.fields.set(field, value)
    if self.isSmall, self.fields.count > limits.hashEntries || value.count > limits.hashValue { self.isSmall = false }
    return isNew
  }

  /// Told of the fields and values that a command brings, before it sets any: Redis looks at all of them.
  package func willSet(_ values: ArraySlice<RedisBytes>, limits: EncodingLimits) {
    guard self.isSmall else { return }
    for value in values where value.count > limits.hashValue { self.isSmall = false }
  }

  package func copy() -> HashValue { HashValue(self.fields.copy(), isSmall: self.isSmall) }
}

/// How large a value may grow before Redis gives up its compact encoding.
package struct EncodingLimits: Sendable {
  package var hashEntries = 512
  package var hashValue = 64
  package var setIntegers = 512
  package var sortedSetEntries = 128
  package var sortedSetValue = 64
  package var streamNodeEntries = 100
  package var streamNodeBytes = 4096

  package init() {}
}
