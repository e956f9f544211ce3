import MockrecCore

/// The line that shows on a terminal how far a run is: `[#####.....] 120/1000 85/s 00:11 left`.
package enum ProgressBar {
  private static let width = 30

  /// Written over the line before: begins with a carriage return and clears what is left of it.
  package static func frame(done: Int, total: Int, elapsed: Duration) -> String {
    "\r\(self.line(done: done, total: total, elapsed: elapsed))\u{1B}[K"
  }

  /// Takes the bar away.
  package static let cleared = "\r\u{1B}[K"

  package static func line(done: Int, total: Int, elapsed: Duration) -> String {
    let done = min(max(done, 0), max(total, 0))
    let filled = total > 0 ? self.width * done / total : self.width
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: self.width - filled)
    let milliseconds = max(1, elapsed.milliseconds)
    var line = "[\(bar)] \(done)/\(total) \(Int64(done) * 1000 / milliseconds)/s"
    if done > 0 {
      let seconds = (Int64(total - done) * milliseconds / Int64(done) + 999) / 1000
      let pad = { (number: Int64) in (number < 10 ? "0" : "") + String(number) }
      line += " \(pad(seconds / 60)):\(pad(seconds % 60)) left"
    }
    return line
  }
}
