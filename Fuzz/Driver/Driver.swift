import Foundation
import MockrecFuzzing

/// `mockrec-fuzz TARGET [OPTIONS OF libFuzzer] [CORPUS]…`; see https://llvm.org/docs/LibFuzzer.html.
@main
enum Driver {
  fileprivate static let target = CommandLine.arguments.dropFirst().first.flatMap { FuzzTarget.named($0) }

  static func main() {
    guard self.target != nil else {
      print("mockrec-fuzz TARGET, one of \(FuzzTarget.all.map(\.name).joined(separator: ", "))")
      exit(64)
    }
    // The target's name is no argument of libFuzzer's.
    let arguments = CommandLine.unsafeArgv + 1
    arguments[0] = CommandLine.unsafeArgv[0]
    var (count, list) = (CommandLine.argc - 1, arguments)
    exit(runFuzzer(&count, &list, fuzzOneInput))
  }
}

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    try Driver.target?.run(FuzzInput(bytes, heap: { currentAllocatedBytes() }))
  } catch {
    FileHandle.standardError.write(Data("broken law: \(error)\n".utf8))
    abort()
  }
  return 0
}

/// Of libFuzzer: feeds the callback until it is told to stop; the exit status.
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutableRawPointer,
  _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Of the address sanitizer.
@_silgen_name("__sanitizer_get_current_allocated_bytes")
private func currentAllocatedBytes() -> Int
