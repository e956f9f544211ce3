import CCurl
import Synchronization

/// A request on its way to the loop, and who waits for the outcome.
struct CurlTicket: Sendable {
  let id: UInt64
  let request: CurlRequest
  let continuation: CheckedContinuation<Result<CurlReply, CurlFailure>, Never>
}

/// What tasks hand to the loop's thread.
///
/// Every ticket that is submitted is finished exactly once: by `submit` itself when the inbox is closed, else by the
/// loop, which empties the inbox a last time while it closes it.
final class CurlInbox: Sendable {
  private struct State {
    var nextID: UInt64 = 0
    var arrivals: [CurlTicket] = []
    /// Issued and not finished.
    var open: Set<UInt64> = []
    /// Those of `open` whose task was cancelled, perhaps before they were submitted.
    var cancelled: Set<UInt64> = []
    var closing = false
    /// No loop reads any more.
    var abandoned = false
    /// The multi handle's address while the loop has one. Only `curl_multi_wakeup` is called on it, which libcurl
    /// allows from any thread; the lock keeps the loop from freeing it meanwhile.
    var wakeable: UInt?

    func wake() {
      guard let wakeable, let multi = UnsafeMutableRawPointer(bitPattern: wakeable) else { return }
      _ = curl_multi_wakeup(multi)
    }
  }

  /// What the loop finds in the inbox.
  struct Contents: Sendable {
    var arrivals: [CurlTicket]
    var cancelled: Set<UInt64>
    var closing: Bool
  }

  private let state = Mutex(State())

  func issue() -> UInt64 {
    state.withLock { state in
      state.nextID += 1
      state.open.insert(state.nextID)
      return state.nextID
    }
  }

  func submit(_ ticket: CurlTicket) {
    let accepted = state.withLock { state in
      guard !state.abandoned else { return false }
      state.arrivals.append(ticket)
      state.wake()
      return true
    }
    if !accepted {
      finish(ticket, .failure(.shutDown))
    }
  }

  func cancel(_ id: UInt64) {
    state.withLock { state in
      guard state.open.contains(id) else { return }
      state.cancelled.insert(id)
      state.wake()
    }
  }

  func close() {
    state.withLock { state in
      state.closing = true
      state.wake()
    }
  }

  /// Gives the waiting task its outcome.
  func finish(_ ticket: CurlTicket, _ outcome: Result<CurlReply, CurlFailure>) {
    state.withLock { state in
      state.open.remove(ticket.id)
      state.cancelled.remove(ticket.id)
    }
    ticket.continuation.resume(returning: outcome)
  }

  func attach(multi: UnsafeMutableRawPointer) {
    let address = UInt(bitPattern: multi)
    state.withLock { $0.wakeable = address }
  }

  func take() -> Contents {
    state.withLock { state in
      let contents = Contents(arrivals: state.arrivals, cancelled: state.cancelled, closing: state.closing)
      state.arrivals = []
      return contents
    }
  }

  /// The loop's last word: nothing is woken or taken in after this.
  func abandon() -> [CurlTicket] {
    state.withLock { state in
      state.abandoned = true
      state.wakeable = nil
      let left = state.arrivals
      state.arrivals = []
      return left
    }
  }
}

extension CurlFailure {
  static let shutDown = CurlFailure(.cancelled, "the client was shut down")
}
