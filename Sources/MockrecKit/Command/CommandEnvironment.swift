import CProcess

/// The environment of a command: mockrec's own, byte for byte, and what is added to it.
struct CommandEnvironment {
  /// `NAME=value`, each with its zero byte.
  private(set) var entries: [ContiguousArray<CChar>] = []
  /// The value of PATH; nil where it is not set.
  let path: String?

  init(adding added: [String: String]) {
    var path: String?
    var next = mockrec_environment()
    while let pointer = next?.pointee {
      let text = String(cString: pointer)
      let name = String(text.prefix { $0 != "=" })
      if added[name] == nil {
        // Not the text, in which bytes that are no UTF-8 have been replaced.
        var length = 0
        while pointer[length] != 0 { length += 1 }
        self.entries.append(ContiguousArray(UnsafeBufferPointer(start: pointer, count: length + 1)))
        if name == "PATH" { path = String(text.dropFirst(5)) }
      }
      next = next.map { $0 + 1 }
    }
    for (name, value) in added.sorted(by: { $0.key < $1.key }) { self.entries.append("\(name)=\(value)".utf8CString) }
    self.path = added["PATH"] ?? path
  }
}
