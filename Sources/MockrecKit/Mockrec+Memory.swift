import CProcess

extension Mockrec {
  /// Has this process give long pieces of memory back to the system when they are freed, for one that makes many of them
  /// and runs long. Once, and for all of it.
  public static func returnFreedMemory() { mockrec_return_freed_memory() }
}
