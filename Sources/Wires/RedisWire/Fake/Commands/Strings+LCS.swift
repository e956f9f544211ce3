/// LCS: the longest common subsequence of two strings.
extension StringCommands {
  /// The bytes of a table that LCS may fill: as many as one string may be long.
  private static let longestSubsequenceTable = 512 << 20

  static func lcs(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    let first: StringValue?
    let second: StringValue?
    do throws(RedisError) {
      first = try call.string(call[1])
      second = try call.string(call[2])
    } catch { throw RedisError("ERR The specified keys must contain string values") }
    var wantsIndexes = false
    var wantsLength = false
    var wantsMatchLength = false
    var minimum = 0
    var index = 3
    while index < call.count {
      if call[index].equals("idx") {
        wantsIndexes = true
      } else if call[index].equals("len") {
        wantsLength = true
      } else if call[index].equals("withmatchlen") {
        wantsMatchLength = true
      } else if call[index].equals("minmatchlen"), index + 1 < call.count {
        minimum = max(0, try call.int(index + 1))
        index += 1
      } else {
        throw .syntax
      }
      index += 1
    }
    guard !wantsIndexes || !wantsLength else {
      throw RedisError("ERR If you want both the length and indexes, please just use IDX.")
    }
    let a = first?.bytes.array ?? []
    let b = second?.bytes.array ?? []
    guard a.count < Int(UInt32.max) - 1, b.count < Int(UInt32.max) - 1 else {
      throw RedisError("ERR String too long for LCS")
    }
    guard (a.count + 1) * (b.count + 1) <= Self.longestSubsequenceTable / 4 else {
      throw RedisError("ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len")
    }
    let common = CommonSubsequence(a, b)
    if wantsIndexes {
      let matches = common.matches.filter { $0.length >= minimum }
      out.map(2)
      out.bulk("matches")
      out.array(matches.count)
      for match in matches {
        out.array(wantsMatchLength ? 3 : 2)
        for start in [match.first, match.second] {
          out.array(2)
          out.integer(start)
          out.integer(start + match.length - 1)
        }
        if wantsMatchLength { out.integer(match.length) }
      }
      out.bulk("len")
      out.integer(common.bytes.count)
    } else if wantsLength {
      out.integer(common.bytes.count)
    } else {
      out.bulk(common.bytes)
    }
  }
}

/// The longest common subsequence, and the stretches of both strings it is made of, the last first.
private struct CommonSubsequence {
  var bytes: [UInt8] = []
  var matches: [(first: Int, second: Int, length: Int)] = []

  init(_ a: [UInt8], _ b: [UInt8]) {
    let width = b.count + 1
    var lengths = [UInt32](repeating: 0, count: (a.count + 1) * width)
    for i in 0..<a.count {
      for j in 0..<b.count {
        lengths[(i + 1) * width + j + 1] =
          a[i] == b[j]
          ? lengths[i * width + j] + 1 : max(lengths[i * width + j + 1], lengths[(i + 1) * width + j])
      }
    }
    var i = a.count
    var j = b.count
    while i > 0, j > 0 {
      if a[i - 1] == b[j - 1] {
        i -= 1
        j -= 1
        self.bytes.append(a[i])
        if let last = self.matches.last, last.first == i + 1, last.second == j + 1 {
          self.matches[self.matches.count - 1] = (i, j, last.length + 1)
        } else {
          self.matches.append((i, j, 1))
        }
      } else if lengths[(i - 1) * width + j] > lengths[i * width + j - 1] {
        i -= 1
      } else {
        j -= 1
      }
    }
    self.bytes.reverse()
  }
}
