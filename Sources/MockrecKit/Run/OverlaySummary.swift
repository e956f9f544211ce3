import MockrecCore

/// What a run under overlays tells of them when it ends.
struct OverlaySummary {
  /// What the run was: `replay`, `proxy`.
  var mode: String
  var rules: [OverlayPlan.Outcome]
  var seed: UInt64
  /// The words that the run was begun with.
  var again: [String]

  /// The whole of a run: its seed and how to have it again, what its services came to, and its rules.
  ///
  /// - Parameters:
  ///   - text: What the services came to.
  ///   - exitStatus: What that makes of the run; a run that checked nothing is a finding where it was fine.
  ///   - asked: The requests that came, but for those that faults answered.
  func summary(
    _ text: String, exitStatus: Int32, asked: Int, allowVacuous: Bool, commandStatus: Int32
  ) -> RunSummary {
    var text = text
    // A request that a fault answered is one that came.
    let asked = asked + self.rules.reduce(0) { $0 + $1.fired + $1.idle }
    if asked == 0 {
      text += "  vacuous: no request came, so nothing was checked"
      text += allowVacuous ? "\n" : "; --allow-vacuous lets such a run pass\n"
    }
    let failsVacuous = (asked == 0 || self.isVacuous) && !allowVacuous && exitStatus == ExitStatus.fine
    var summary = RunSummary(exitStatus: failsVacuous ? ExitStatus.finding : exitStatus, text: "")
    summary.commandStatus = commandStatus
    summary.text = self.firstLine(failed: summary.worst != ExitStatus.fine) + text + self.text
    return summary
  }

  /// Whether a rule was there for nothing.
  var isVacuous: Bool { self.rules.contains { $0.isVacuous } }

  /// The seed; of a run that failed also how to have it again.
  func firstLine(failed: Bool) -> String {
    guard failed, !self.rules.isEmpty, !self.again.isEmpty else { return "\(self.mode): seed \(self.seed)\n" }
    var words = self.again
    if !words.contains(where: { $0 == "--seed" || $0.hasPrefix("--seed=") }) {
      words.insert(contentsOf: ["--seed", "\(self.seed)"], at: words.firstIndex(of: "--") ?? words.endIndex)
    }
    return "\(self.mode): seed \(self.seed); again: \(shellLine(words))\n"
  }

  /// Each rule with what it came to.
  var text: String {
    var text = ""
    var overlay: (name: String, file: String?)?
    for rule in self.rules {
      if overlay.map({ $0 != (rule.overlay, rule.file) }) ?? true {
        overlay = (rule.overlay, rule.file)
        text += "  overlay \(rule.overlay.printable()) (\(rule.file ?? "added by tests"))\n"
      }
      text += rule.number > 0 ? "    rule \(rule.number) at line \(rule.line), \(rule.name)" : "    \(rule.name)"
      text += ": matched \(rule.matched), fired \(rule.fired)"
      if rule.idle > 0 { text += ", \(rule.idle) had nothing to act on" }
      if !rule.isActive {
        text += "; switched off by the seed"
      } else if rule.isVacuous {
        text += rule.matched == 0 ? "; vacuous: no request matched" : "; vacuous: it never fired"
      }
      text += "\n"
    }
    return text
  }
}

/// A command line as a shell takes it, without secrets.
func shellLine(_ words: [String], _ redactor: Redactor = Redactor(.standard)) -> String {
  redactor.arguments(words.map(maskUserInfo)).map { shellWord(redactor.patterned($0)) }.joined(separator: " ")
}

/// A word as a shell takes it.
func shellWord(_ word: String) -> String {
  let isPlain =
    !word.isEmpty
    && word.utf8.allSatisfy { byte in
      HostPort.isNameByte(byte) || "-_/:=,@%+".utf8.contains(byte)
    }
  return isPlain ? word : "'\(word.replacing("'", with: "'\\''"))'"
}
