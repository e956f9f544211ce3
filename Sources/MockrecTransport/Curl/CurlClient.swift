import CCurl

/// Sends requests with libcurl, whose multi interface runs on one thread of its own.
///
/// Connections are kept and used again between requests. The thread ends with `shutdown()` or with the last reference.
package final class CurlClient: Sendable {
  private let inbox: CurlInbox

  /// - Parameter maximumConcurrent: How many transfers run at once, at least 1; further ones wait in line.
  package init(maximumConcurrent: Int) {
    inbox = CurlInbox()
    CurlLoop.start(serving: inbox, maximumConcurrent: max(1, maximumConcurrent))
  }

  deinit {
    inbox.close()
  }

  /// Sends the request and waits for the whole reply. Any status is a reply; none of them throws.
  ///
  /// Cancelling the task stops the transfer and throws `cancelled`.
  package func perform(_ request: CurlRequest) async throws(CurlFailure) -> CurlReply {
    let id = inbox.issue()
    let outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        inbox.submit(CurlTicket(id: id, request: request, continuation: continuation))
      }
    } onCancel: {
      inbox.cancel(id)
    }
    return try outcome.get()
  }

  /// Stops what runs and what waits, as `cancelled`, and every later request. Returns at once.
  package func shutdown() {
    inbox.close()
  }
}
