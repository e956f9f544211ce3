extension Duration {
  /// A time as written in mockrec.yaml and on the command line: `500ms`, `30s`, `2m`, `1h`.
  ///
  /// Nil for what is no whole number with a unit, and for more than a day.
  public init?(parsing text: some StringProtocol) {
    guard let (number, unit) = splitNumber(text), number <= 86_400_000 else { return nil }
    let duration: Duration
    switch unit {
    case "ms": duration = .milliseconds(number)
    case "s": duration = .seconds(number)
    case "m": duration = .seconds(number * 60)
    case "h": duration = .seconds(number * 3600)
    default: return nil
    }
    guard duration <= .seconds(86_400) else { return nil }
    self = duration
  }
}
