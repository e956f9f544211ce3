import MockrecCore
import MockrecWire
import NIOCore

/// The requests that a process has to answer, in the order in which they came. Knows no process and no clock.
///
/// A process is asked one request at a time, until its first answer has shown that it names the requests: of what it
/// says without that nothing tells which request it is for, once there are two.
struct HandlerQueue {
  typealias Reply = @Sendable (Result<HandlerAnswer, MockFailure>) -> Void

  struct Pending {
    /// As it is named where something goes wrong with it.
    var summary = ""
    var line: [UInt8]
    /// It is not asked any more after that.
    var askedUntil: NIODeadline
    /// When the process was asked, and until when it has to answer; nil while the request waits for that.
    var sent: NIODeadline?
    var answeredUntil: NIODeadline?
    var reply: Reply

    var deadline: NIODeadline { self.answeredUntil ?? self.askedUntil }
  }

  /// Whom an answer is for.
  enum Addressee {
    case request(Pending)
    /// A request that has its answer already: that it came too late.
    case late
    case nobody
  }

  /// Requests that a process which names them is asked at once, at most; and bytes.
  static let mostSent = 1024
  static let mostSentBytes = 4 << 20
  /// Requests that have no answer yet, at most; and bytes.
  static let most = 10_000
  static let mostBytes = 64 << 20

  private var pending: [Int: Pending] = [:]
  /// Their numbers in their order: of some the answer has come, out of turn.
  private var sent = CircularBuffer<Int>()
  private var waiting = CircularBuffer<Int>()
  private(set) var sentCount = 0
  private var sentBytes = 0
  private var bytes = 0
  /// Requests that were given up while the process had them.
  private var abandoned: Set<Int> = []
  /// Whether the process says which request each of its answers is for. It has said something then.
  private(set) var isNumbered = false
  private var hasAnswered = false
  /// How long a process has for an answer.
  private let timeout: TimeAmount

  init(timeout: TimeAmount) { self.timeout = timeout }

  var isEmpty: Bool { self.pending.isEmpty }

  /// - Returns: False where there is no room.
  mutating func append(_ id: Int, _ request: Pending) -> Bool {
    guard self.pending.count < Self.most, self.bytes + request.line.count <= Self.mostBytes else { return false }
    self.pending[id] = request
    self.bytes += request.line.count
    self.waiting.append(id)
    return true
  }

  /// The next request that the process is to be asked; nil where there is none, or where it has enough to do.
  mutating func next(at now: NIODeadline) -> [UInt8]? {
    guard self.sentCount < (self.isNumbered ? Self.mostSent : 1), self.sentBytes < Self.mostSentBytes else {
      return nil
    }
    while let id = self.waiting.popFirst() {
      guard let line = self.pending[id]?.line else { continue }
      self.pending[id]?.sent = now
      self.pending[id]?.answeredUntil = now + self.timeout
      self.sent.append(id)
      self.sentCount += 1
      self.sentBytes += line.count
      return line
    }
    return nil
  }

  /// The process has said something.
  ///
  /// - Parameter id: The request that it names; nil where it names none, and the only one that it was asked is meant.
  mutating func take(_ id: Int?) -> Addressee {
    guard let id else {
      guard !self.isNumbered, let request = self.takeOldest() else { return .nobody }
      self.hasAnswered = true
      return .request(request)
    }
    if self.pending[id]?.sent != nil, let request = self.remove(id) {
      if !self.hasAnswered { self.isNumbered = true }
      self.hasAnswered = true
      return .request(request)
    }
    return self.abandoned.remove(id) == nil ? .nobody : .late
  }

  /// Takes out the request that the process was asked first of those without an answer.
  mutating func takeOldest() -> Pending? { self.oldest.flatMap { self.remove($0) } }

  /// The request that the process was asked first of those without an answer, as it is named; nil where there is none.
  var asked: String? { mutating get { self.oldest.flatMap { self.pending[$0]?.summary } } }

  private var oldest: Int? {
    mutating get {
      while let id = self.sent.first, self.pending[id] == nil { self.sent.removeFirst() }
      return self.sent.first
    }
  }

  private mutating func remove(_ id: Int) -> Pending? {
    guard let request = self.pending.removeValue(forKey: id) else { return nil }
    self.bytes -= request.line.count
    if request.sent != nil {
      self.sentCount -= 1
      self.sentBytes -= request.line.count
    }
    return request
  }

  /// When the first request has waited long enough; nil where none waits.
  var deadline: NIODeadline? {
    mutating get {
      while let id = self.waiting.first, self.pending[id] == nil { self.waiting.removeFirst() }
      let next = [self.oldest, self.waiting.first].compactMap { $0.flatMap { self.pending[$0]?.deadline } }
      return next.min()
    }
  }

  /// Takes out a request that has waited long enough; nil where none has.
  mutating func expire(_ now: NIODeadline) -> Pending? {
    if let id = self.oldest, let deadline = self.pending[id]?.deadline, deadline <= now {
      self.abandoned.insert(id)
      return self.remove(id)
    }
    while let id = self.waiting.first {
      guard let deadline = self.pending[id]?.deadline else {
        self.waiting.removeFirst()
        continue
      }
      return deadline <= now ? self.remove(id) : nil
    }
    return nil
  }

  /// The process is gone: a new one will be asked what it had not answered.
  mutating func putBack() {
    var all = CircularBuffer<Int>()
    for id in self.sent where self.pending[id] != nil {
      self.pending[id]?.sent = nil
      self.pending[id]?.answeredUntil = nil
      all.append(id)
    }
    all.append(contentsOf: self.waiting)
    self.waiting = all
    self.forgetSent()
  }

  /// The process is gone, and what it was asked with it.
  mutating func takeSent() -> [Pending] {
    let all = self.sent.compactMap { self.remove($0) }
    self.forgetSent()
    return all
  }

  mutating func takeAll() -> [Pending] {
    let all = self.takeSent() + self.waiting.compactMap { self.remove($0) }
    self.waiting.removeAll()
    return all
  }

  private mutating func forgetSent() {
    self.sent.removeAll()
    (self.sentCount, self.sentBytes) = (0, 0)
    self.abandoned.removeAll()
    (self.isNumbered, self.hasAnswered) = (false, false)
  }
}
