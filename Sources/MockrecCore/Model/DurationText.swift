extension Duration {
  /// A time as written in mockrec.yaml and on the command line: `500ms`, `30s`, `2m`, `1h`, `7d`.
  ///
  /// Nil for what is no whole number with a unit, and for more than `maximum`, a day.
  public init?(parsing text: some StringProtocol, upTo maximum: Duration = .seconds(86_400)) {
    guard let (number, unit) = splitNumber(text), number <= 1 << 40 else { return nil }
    let duration: Duration
    switch unit {
    case "ms": duration = .milliseconds(number)
    case "s": duration = .seconds(number)
    case "m": duration = .seconds(number * 60)
    case "h": duration = .seconds(number * 3600)
    case "d": duration = .seconds(number * 86_400)
    default: return nil
    }
    guard duration <= maximum else { return nil }
    self = duration
  }
}
