import MockrecCore
import Testing

@Suite("The folded hash")
struct FoldedHashTests {
  @Test("runs of bytes are equal when each byte is, at every length and place", arguments: 0...40)
  func equality(count: Int) {
    let bytes = (0..<count).map { UInt8($0 &* 37 & 255) }
    #expect(bytes.withUnsafeBytes { mine in Array(bytes).withUnsafeBytes { FoldedHash.areEqual(mine, $0) } })
    #expect(!bytes.withUnsafeBytes { mine in (bytes + [0]).withUnsafeBytes { FoldedHash.areEqual(mine, $0) } })
    for place in bytes.indices {
      var other = bytes
      other[place] ^= 1
      #expect(!bytes.withUnsafeBytes { mine in other.withUnsafeBytes { FoldedHash.areEqual(mine, $0) } })
      #expect(bytes.withUnsafeBytes { FoldedHash.of($0) } != other.withUnsafeBytes { FoldedHash.of($0) })
    }
  }
}
