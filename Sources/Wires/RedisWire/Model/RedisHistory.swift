/// Earlier values of the keys that silent faults concern, as many of each as a fault looks back.
struct RedisHistory {
  struct Key: Hashable {
    var database: Int
    var key: RedisBytes
  }

  private struct Past {
    /// Counts values, the present one last.
    var present = 0
    /// Those that an answer or a fault may still need.
    var versions: [(number: Int, entry: Database.Entry?)] = []
    /// Which value each of the last answers was of.
    var answers: [Int] = []
  }

  /// What a key held.
  enum Earlier {
    /// What it holds now.
    case same
    case entry(Database.Entry?)
  }

  private var pasts: [Key: Past] = [:]
  private let lookback: Int
  /// Keys that are followed; more are not.
  private static let mostKeys = 4096

  init(lookback: Int) { self.lookback = lookback }

  mutating func forget() { self.pasts.removeAll() }

  var keys: [Key] { Array(self.pasts.keys) }

  /// How many earlier values of a key are kept.
  func kept(_ key: Key) -> Int { self.pasts[key]?.versions.count ?? 0 }

  private func past(_ key: Key) -> Past? {
    self.pasts[key] ?? (self.pasts.count < Self.mostKeys ? Past() : nil)
  }

  /// A key has changed.
  ///
  /// - Parameter before: What it held until then.
  mutating func changed(_ key: Key, before: Database.Entry?) {
    guard var past = self.past(key) else { return }
    past.versions.append((past.present, before))
    past.present += 1
    past.versions.removeAll { version in
      version.number != past.present - 1 && !past.answers.contains(version.number)
    }
    self.pasts[key] = past
  }

  mutating func answered(_ key: Key) {
    guard var past = self.past(key) else { return }
    if past.answers.count >= self.lookback { past.answers.removeFirst() }
    past.answers.append(past.present)
    self.pasts[key] = past
  }

  /// What a key held before the last change.
  func beforeChange(_ key: Key) -> Earlier {
    self.pasts[key].map { self.version($0.present - 1, of: $0) } ?? .same
  }

  /// What a key held so many answers ago, or at the first that is known.
  func answer(_ count: Int, ago key: Key) -> Earlier {
    guard let past = self.pasts[key], !past.answers.isEmpty else { return .same }
    return self.version(past.answers[max(0, past.answers.count - count)], of: past)
  }

  private func version(_ number: Int, of past: Past) -> Earlier {
    past.versions.first { $0.number == number }.map { .entry($0.entry) } ?? .same
  }
}
