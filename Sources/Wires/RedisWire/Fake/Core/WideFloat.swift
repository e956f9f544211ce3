#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// C's `long double`, in which INCRBYFLOAT and HINCRBYFLOAT reckon: 80 bits where the processor has them.
struct WideFloat {
  #if arch(x86_64) && !os(Windows)
    typealias Storage = Float80
  #else
    typealias Storage = Double
  #endif

  private let value: Storage

  var isFinite: Bool { self.value.isFinite }

  /// A number of seconds as whole milliseconds, rounded up; nil for what 64 bits do not hold.
  var milliseconds: Int64? { Int64(exactly: (self.value * 1000).rounded(.up)) }

  /// The number, when Redis would take these bytes as one.
  init?(_ bytes: RedisBytes) {
    let parsed: Storage? = bytes.withTerminatedBytes { text, count in
      guard count > 0, count < 5 * 1024, isspace(Int32(text[0])) == 0 else { return nil }
      var end: UnsafeMutablePointer<CChar>?
      errno = 0
      #if arch(x86_64) && !os(Windows)
        let value = strtold(text, &end)
      #else
        let value = strtod(text, &end)
      #endif
      guard end == UnsafeMutablePointer(mutating: text) + count, !value.isNaN else { return nil }
      if errno == ERANGE, value.isInfinite || value == 0 { return nil }
      return value
    }
    guard let parsed else { return nil }
    self.value = parsed
  }

  /// The sum as Redis writes it, 17 digits after the point without the zeros at the end; nil when it is not finite.
  func adding(_ other: WideFloat) -> RedisBytes? {
    let sum = self.value + other.value
    guard sum.isFinite else { return nil }
    #if arch(x86_64) && !os(Windows)
      var text = formatted("%.17Lf", sum).array
    #else
      var text = formatted("%.17f", sum).array
    #endif
    while text.last == UInt8(ascii: "0") { text.removeLast() }
    if text.last == UInt8(ascii: ".") { text.removeLast() }
    return text == [UInt8]("-0".utf8) ? "0" : RedisBytes(text)
  }
}
