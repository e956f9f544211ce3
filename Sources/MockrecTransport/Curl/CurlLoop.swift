import CCurl

/// The thread that owns the multi handle and everything that hangs on it. Made, used and freed on that thread alone;
/// the inbox is all that others see.
final class CurlLoop {
  private let inbox: CurlInbox
  private let maximumConcurrent: Int
  private let multi: UnsafeMutableRawPointer
  private var waiting: [CurlTicket] = []
  /// How much of `waiting` has been started already.
  private var started = 0
  /// By easy handle. The entry is what keeps a transfer, and so the context of its callbacks, alive.
  private var running: [UnsafeMutableRawPointer: (ticket: CurlTicket, transfer: CurlTransfer)] = [:]
  /// By `host:port`, of the last connection made there: libcurl tells it only to who made it.
  private var certificates: [String: [String]] = [:]

  /// Initialises libcurl once a process.
  private static let initialised = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

  /// What the new thread is given.
  private final class Start {
    let inbox: CurlInbox
    let maximumConcurrent: Int

    init(_ inbox: CurlInbox, _ maximumConcurrent: Int) {
      self.inbox = inbox
      self.maximumConcurrent = maximumConcurrent
    }
  }

  static func start(serving inbox: CurlInbox, maximumConcurrent: Int) {
    let start = Unmanaged.passRetained(Start(inbox, maximumConcurrent))
    let failure = mockrec_curl_start_thread(
      { context in
        guard let context else { return }
        let start = Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
        CurlLoop.run(serving: start.inbox, maximumConcurrent: start.maximumConcurrent)
      }, start.toOpaque())
    if failure != 0 {
      start.release()
      refuse(inbox, CurlFailure(.other, "no thread for libcurl: errno \(failure)"))
    }
  }

  private static func run(serving inbox: CurlInbox, maximumConcurrent: Int) {
    guard initialised == CURLE_OK, let multi = curl_multi_init() else {
      return refuse(inbox, CurlFailure(.other, "libcurl does not start", code: CURLE_FAILED_INIT))
    }
    CurlLoop(inbox, multi, maximumConcurrent).run()
  }

  private static func refuse(_ inbox: CurlInbox, _ failure: CurlFailure) {
    for ticket in inbox.abandon() {
      inbox.finish(ticket, .failure(failure))
    }
  }

  private init(_ inbox: CurlInbox, _ multi: UnsafeMutableRawPointer, _ maximumConcurrent: Int) {
    self.inbox = inbox
    self.multi = multi
    self.maximumConcurrent = maximumConcurrent
    // Idle connections kept for later.
    _ = mockrec_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, maximumConcurrent)
  }

  private func run() {
    inbox.attach(multi: multi)
    var failure: CurlFailure?
    while failure == nil {
      let contents = inbox.take()
      if contents.closing { break }
      waiting.append(contentsOf: contents.arrivals)
      drop(contents.cancelled)
      fill()

      var count: Int32 = 0
      var code = curl_multi_perform(multi, &count)
      let ended = collect()
      // With a place free and someone waiting, go round again before sleeping.
      if code == CURLM_OK, !(ended && started < waiting.count) {
        code = curl_multi_poll(multi, nil, 0, 60_000, nil)
      }
      if code != CURLM_OK {
        failure = CurlFailure(.other, "libcurl gave up: \(String(cString: curl_multi_strerror(code)))")
      }
    }
    end(failure ?? .shutDown)
  }

  /// Starts what waits, as far as there are places.
  private func fill() {
    while running.count < maximumConcurrent, started < waiting.count {
      let ticket = waiting[started]
      started += 1
      do throws(CurlFailure) {
        let transfer = try CurlTransfer(ticket.request)
        // In `running` before libcurl can call back.
        running[transfer.easy] = (ticket, transfer)
        let code = curl_multi_add_handle(multi, transfer.easy)
        guard code == CURLM_OK else {
          running[transfer.easy] = nil
          throw CurlFailure(.other, "libcurl takes no request: \(String(cString: curl_multi_strerror(code)))")
        }
      } catch {
        inbox.finish(ticket, .failure(error))
      }
    }
    // Half of the line is behind: forget it. Each ticket is moved once on average.
    if started > waiting.count / 2 {
      waiting.removeFirst(started)
      started = 0
    }
  }

  /// Finishes what libcurl is done with; says whether there was any.
  private func collect() -> Bool {
    var left: Int32 = 0
    var ended = false
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
      // The message is libcurl's, and gone once the handle is removed.
      let code = mockrec_curl_message_result(message)
      guard let (ticket, transfer) = remove(easy) else { continue }
      ended = true
      inbox.finish(ticket, transfer.outcome(code).map(knowing))
    }
    return ended
  }

  /// The reply with the certificate that its connection came with.
  private func knowing(_ reply: CurlReply) -> CurlReply {
    guard reply.effectiveURL.lowercased().hasPrefix("https:") else { return reply }
    let place = CurlFailure.place(reply.effectiveURL)
    var reply = reply
    if reply.certificate.isEmpty {
      reply.certificate = certificates[place] ?? []
    } else {
      certificates[place] = reply.certificate
    }
    return reply
  }

  private func drop(_ cancelled: Set<UInt64>) {
    guard !cancelled.isEmpty else { return }
    let failure = CurlFailure(.cancelled, "the request was cancelled")
    for (easy, entry) in running where cancelled.contains(entry.ticket.id) {
      _ = remove(easy)
      inbox.finish(entry.ticket, .failure(failure))
    }
    let line = waiting[started...]
    for ticket in line where cancelled.contains(ticket.id) {
      inbox.finish(ticket, .failure(failure))
    }
    waiting = line.filter { !cancelled.contains($0.id) }
    started = 0
  }

  /// Takes the transfer from libcurl first: no callback runs for it afterwards.
  private func remove(_ easy: UnsafeMutableRawPointer) -> (ticket: CurlTicket, transfer: CurlTransfer)? {
    guard let entry = running[easy] else { return nil }
    _ = curl_multi_remove_handle(multi, easy)
    running[easy] = nil
    return entry
  }

  private func end(_ failure: CurlFailure) {
    let tickets = running.values.map(\.ticket) + waiting[started...] + inbox.abandon()
    for easy in Array(running.keys) {
      _ = remove(easy)
    }
    _ = curl_multi_cleanup(multi)
    for ticket in tickets {
      inbox.finish(ticket, .failure(failure))
    }
  }
}
