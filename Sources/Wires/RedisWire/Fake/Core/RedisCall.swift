/// One command being carried out: its arguments, and who asked.
///
/// Two words only, as it is made for every command.
package struct RedisCall {
  package let client: RedisClient
  /// The command's name first.
  package let arguments: [RedisBytes]

  @inline(__always) package var fake: RedisFake { self.client.fake }
  /// The database that the client has selected.
  @inline(__always) package var database: Database { self.client.database }
  /// Set when the command is tried again because this key, which its client waits for, has something: only this key is
  /// to be looked at.
  package var readyKey: RedisBytes? { self.client.readyKey }

  @inline(__always) package var count: Int { self.arguments.count }
  @inline(__always) package subscript(index: Int) -> RedisBytes { self.arguments[index] }

  /// The command's moment, in milliseconds since 1970.
  package var now: Int64 { self.fake.now }
  package var limits: EncodingLimits { self.fake.limits }

  // MARK: Arguments

  /// The argument as an integer.
  package func integer(_ index: Int, or error: @autoclosure () -> RedisError = .notInteger) throws(RedisError) -> Int64
  {
    guard let value = self.arguments[index].int64 else { throw error() }
    return value
  }

  /// The argument as an integer of a C `long`, which is what most counts and indexes are read as.
  package func int(_ index: Int, or error: @autoclosure () -> RedisError = .notInteger) throws(RedisError) -> Int {
    Int(try self.integer(index, or: error()))
  }

  /// The argument as the database of that number.
  package func database(_ index: Int) throws(RedisError) -> Database {
    guard let number = Int32(exactly: try self.integer(index)) else {
      throw RedisError("ERR value is out of range, value must between -2147483648 and 2147483647")
    }
    guard self.fake.databases.indices.contains(Int(number)) else { throw RedisError("ERR DB index is out of range") }
    return self.fake.databases[Int(number)]
  }

  /// The argument as an integer that is not negative.
  package func positive(_ index: Int, or error: @autoclosure () -> RedisError = .notPositive) throws(RedisError) -> Int
  {
    guard let value = self.arguments[index].int64, value >= 0 else { throw error() }
    return Int(value)
  }

  /// The argument as how many random elements are wanted, negative for elements that may repeat.
  package func sampleSize(_ index: Int) throws(RedisError) -> Int {
    let count = try self.int(index)
    guard count != .min else {
      throw RedisError("ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807")
    }
    return count
  }

  /// Writes that many elements of a sample with repetition, and refuses one of more than 64 MiB: Redis would go on until
  /// the memory is full.
  package func writeSample(
    _ count: UInt, into out: inout RESPWriter, _ write: (inout RESPWriter) -> Void
  ) throws(RedisError) {
    let most: UInt = 64 << 20
    // The shortest element takes six bytes.
    guard count <= most / 6 else { throw .outOfRange }
    let end = out.bytes.count + Int(most)
    for _ in 0..<count {
      write(&out)
      guard out.bytes.count <= end else { throw .outOfRange }
    }
  }

  package func double(_ index: Int, or error: @autoclosure () -> RedisError = .notFloat) throws(RedisError) -> Double {
    guard let value = self.arguments[index].double else { throw error() }
    return value
  }

  // MARK: Values of a type: nil when there is no such key, WRONGTYPE when it holds something else

  @inline(__always)
  package func value(_ key: RedisBytes) -> RedisValue? { self.database.value(key) }

  package func string(_ key: RedisBytes) throws(RedisError) -> StringValue? {
    guard let value = self.database.value(key) else { return nil }
    guard case .string(let string) = value else { throw .wrongType }
    return string
  }

  package func list(_ key: RedisBytes) throws(RedisError) -> ListValue? {
    guard let value = self.database.value(key) else { return nil }
    guard case .list(let list) = value else { throw .wrongType }
    return list
  }

  package func hash(_ key: RedisBytes) throws(RedisError) -> HashValue? {
    guard let value = self.database.value(key) else { return nil }
    guard case .hash(let hash) = value else { throw .wrongType }
    return hash
  }

  package func set(_ key: RedisBytes) throws(RedisError) -> SetValue? {
    guard let value = self.database.value(key) else { return nil }
    guard case .set(let set) = value else { throw .wrongType }
    return set
  }

  package func sortedSet(_ key: RedisBytes) throws(RedisError) -> SortedSetValue? {
    guard let value = self.database.value(key) else { return nil }
    guard case .sortedSet(let set) = value else { throw .wrongType }
    return set
  }

  package func stream(_ key: RedisBytes) throws(RedisError) -> StreamValue? {
    guard let value = self.database.value(key) else { return nil }
    guard case .stream(let stream) = value else { throw .wrongType }
    return stream
  }

  // MARK: Writing

  /// Stores a value under `key`, whatever was there, without an expiry.
  package func store(_ key: RedisBytes, _ value: RedisValue) {
    self.database.set(key, value)
    self.changed(key)
  }

  /// To be called after every change of what `key` holds (`store` and `remove` do): clients that watch it are told.
  @inline(__always)
  package func changed(_ key: RedisBytes) {
    self.fake.changes += 1
    if !self.database.watchers.isEmpty { self.database.spoilWatches(of: key) }
  }

  /// Removes `key` with what it holds. Returns whether it was there.
  @discardableResult
  package func remove(_ key: RedisBytes) -> Bool {
    guard self.database.remove(key) else { return false }
    self.changed(key)
    return true
  }
}
