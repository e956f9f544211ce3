/// LPOS.
extension ListCommands {
  static func lpos(_ call: RedisCall, _ out: inout RESPWriter) throws(RedisError) {
    var rank = 1
    var count: Int?
    var limit = 0
    var index = 3
    while index < call.count {
      guard index + 1 < call.count else { throw .syntax }
      if call[index].equals("rank") {
        rank = try call.int(index + 1)
        guard rank != 0 else {
          throw RedisError(
            "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to "
              + "start from the end of the list")
        }
      } else if call[index].equals("count") {
        count = try call.positive(index + 1, or: RedisError("ERR COUNT can't be negative"))
      } else if call[index].equals("maxlen") {
        limit = try call.positive(index + 1, or: RedisError("ERR MAXLEN can't be negative"))
      } else {
        throw .syntax
      }
      index += 2
    }
    guard let list = try call.list(call[1]) else { return count == nil ? out.null() : out.array(0) }
    var found: [Int] = []
    // Redis negates the rank, which leaves the least number what it is: nothing is skipped then.
    var skip = rank == .min ? 0 : rank.magnitude - 1
    let wanted = count ?? 1
    for step in 0..<(limit == 0 ? list.count : min(limit, list.count)) {
      let place = rank > 0 ? step : list.count - 1 - step
      guard list[place] == call[2] else { continue }
      if skip > 0 {
        skip -= 1
        continue
      }
      found.append(place)
      if wanted > 0, found.count == wanted { break }
    }
    guard count != nil else {
      if let place = found.first { out.integer(place) } else { out.null() }
      return
    }
    out.array(found.count)
    for place in found { out.integer(place) }
  }
}
