import NIOCore
import Synchronization

/// A value for each event loop, made when a loop first asks for it. Each is only used on its loop.
package final class LoopLocal<Value>: @unchecked Sendable {
  // Proof of @unchecked Sendable: the table is guarded by the mutex, and a value is only handed out on its own loop.
  private let table = Mutex<[ObjectIdentifier: UncheckedBox]>([:])
  private let make: @Sendable (any EventLoop) -> Value

  private final class UncheckedBox: @unchecked Sendable {
    // Proof of @unchecked Sendable: see above.
    let value: Value
    init(_ value: Value) { self.value = value }
  }

  package init(_ make: @escaping @Sendable (any EventLoop) -> Value) { self.make = make }

  /// The loop's value. Call on that loop.
  package func value(on loop: any EventLoop) -> Value {
    loop.preconditionInEventLoop()
    return self.table.withLock { table in
      if let box = table[ObjectIdentifier(loop)] { return box }
      let box = UncheckedBox(self.make(loop))
      table[ObjectIdentifier(loop)] = box
      return box
    }.value
  }
}
