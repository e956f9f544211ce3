import CCurl

/// One transfer on the loop's thread: the easy handle, what libcurl's callbacks gather, and the outcome.
///
/// The callbacks' context is an unretained pointer to this object. It is valid whenever libcurl uses it: libcurl calls
/// back only inside `curl_multi_perform` and `curl_multi_remove_handle`, on the loop's thread, for a handle that was
/// added and not yet removed, and the loop holds the object from before the one until after the other. Cleaning up the
/// handle in `deinit`, after that, calls none of them.
final class CurlTransfer {
  let easy: UnsafeMutableRawPointer
  private let request: CurlRequest
  private var body: CurlBody?
  private var headerList: UnsafeMutablePointer<curl_slist>?
  private var placeList: UnsafeMutablePointer<curl_slist>?
  private let errorText: UnsafeMutablePointer<CChar>

  private var heads = CurlHeads()
  private var received: [UInt8] = []
  /// Why a callback stopped the transfer; libcurl itself only says that one did.
  private var failure: CurlFailure?

  init(_ request: CurlRequest) throws(CurlFailure) {
    guard let easy = curl_easy_init() else {
      throw CurlFailure(.other, "libcurl gives no handle", code: CURLE_FAILED_INIT)
    }
    self.easy = easy
    self.request = request
    errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    // It would have to end the reply at its head and yet send a body, which libcurl does not do in one request.
    guard request.method != "HEAD" || request.body == nil else {
      throw CurlFailure(.badRequest, "a HEAD request cannot carry a body")
    }
    body = try request.body.map { source throws(CurlFailure) in try CurlBody(source) }

    var options = CurlOptions(easy)
    options.apply(request, bodyBytes: body?.count)
    // A signature is of the body, which libcurl then wants to see whole.
    if request.awsSignature != nil, case .bytes(let bytes)? = request.body {
      options.sign(bytes, method: request.method)
    }
    headerList = try CurlOptions.headerList(request)
    options.set(CURLOPT_HTTPHEADER, pointer: headerList)
    placeList = try CurlOptions.list(request.connectTo)
    options.set(CURLOPT_CONNECT_TO, pointer: placeList)
    options.set(CURLOPT_ERRORBUFFER, pointer: errorText)
    register(&options)
    if let code = options.failure {
      throw CurlFailure(code: code, text: "", place: CurlFailure.place(request.url), reached: false)
    }
  }

  deinit {
    curl_easy_cleanup(easy)
    curl_slist_free_all(headerList)
    curl_slist_free_all(placeList)
    errorText.deallocate()
  }

  private func register(_ options: inout CurlOptions) {
    let context = Unmanaged.passUnretained(self).toOpaque()
    options.set(CURLOPT_HEADERDATA, pointer: context)
    options.set(CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      CurlTransfer.of(context)?.takeHeader(UnsafeRawBufferPointer(start: bytes, count: size * count)) == true
        ? size * count : 0
    }
    options.set(CURLOPT_WRITEDATA, pointer: context)
    options.set(CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      let bytes = UnsafeRawBufferPointer(start: bytes, count: size * count)
      // 0 of 0 bytes would read as success, and is.
      return CurlTransfer.of(context)?.takeBody(bytes) == true ? bytes.count : Int.max
    }
    // Without a body too: libcurl's own callback would read the standard input.
    options.set(CURLOPT_READDATA, pointer: context)
    options.set(CURLOPT_READFUNCTION) { bytes, size, count, context in
      let room = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
      return CurlTransfer.of(context)?.giveBody(room) ?? Int(CURL_READFUNC_ABORT)
    }
    options.set(CURLOPT_SEEKDATA, pointer: context)
    options.setSeek { context, offset, origin in
      // libcurl asks for offsets from the start only (SEEK_SET), to send the body again.
      guard origin == 0, let transfer = CurlTransfer.of(context) else { return CURL_SEEKFUNC_FAIL }
      return transfer.body?.seek(to: Int(offset)) == true ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL
    }
  }

  private static func of(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
    context.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
  }

  private func takeHeader(_ line: UnsafeRawBufferPointer) -> Bool {
    if let problem = heads.take(line) {
      failure = CurlFailure(problem.kind, "\(problem.text), from \(place)")
      return false
    }
    if heads.beganResponse {
      received = []
    }
    return true
  }

  private func takeBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count <= request.maximumBodyBytes - received.count else {
      failure = CurlFailure(
        .tooLarge, "the body from \(place) is larger than the limit of \(request.maximumBodyBytes) bytes",
        code: CURLE_FILESIZE_EXCEEDED)
      return false
    }
    received.append(contentsOf: bytes)
    return true
  }

  private func giveBody(_ room: UnsafeMutableRawBufferPointer) -> Int {
    guard let body else { return 0 }
    do throws(CurlFailure) {
      return try body.read(into: room)
    } catch {
      failure = error
      return Int(CURL_READFUNC_ABORT)
    }
  }

  private var place: String {
    CurlFailure.place(string(CURLINFO_EFFECTIVE_URL) ?? request.url)
  }

  /// What the transfer came to, once libcurl has said that it ended with `code`.
  func outcome(_ code: CURLcode) -> Result<CurlReply, CurlFailure> {
    if let failure {
      return .failure(failure)
    }
    guard code == CURLE_OK || self.isWhole else {
      let reached = heads.isEmpty && string(CURLINFO_PRIMARY_IP)?.isEmpty == false
      return .failure(CurlFailure(code: code, text: String(cString: errorText), place: place, reached: reached))
    }
    guard !heads.responses.isEmpty else {
      return .failure(CurlFailure(.malformedReply, "no final response from \(place)"))
    }
    let timings = CurlReply.Timings(
      nameLookup: duration(CURLINFO_NAMELOOKUP_TIME_T), connect: duration(CURLINFO_CONNECT_TIME_T),
      secured: duration(CURLINFO_APPCONNECT_TIME_T), firstByte: duration(CURLINFO_STARTTRANSFER_TIME_T),
      total: duration(CURLINFO_TOTAL_TIME_T))
    var connections = 0
    _ = mockrec_curl_get_long(easy, CURLINFO_NUM_CONNECTS, &connections)
    return .success(
      CurlReply(
        responses: heads.responses, body: received, trailers: heads.trailers, timings: timings,
        connections: connections, effectiveURL: string(CURLINFO_EFFECTIVE_URL) ?? request.url,
        primaryIP: string(CURLINFO_PRIMARY_IP) ?? "", certificate: Self.lines(mockrec_curl_certificate(easy)),
        cookies: cookies()))
  }

  /// Whether the last field has come, whatever libcurl thinks of how the stream ended.
  private var isWhole: Bool {
    guard let name = self.request.lastField else { return false }
    return ((self.heads.responses.last?.headers ?? []) + self.heads.trailers).contains { $0.name.lowercased() == name }
  }

  private func cookies() -> [String] {
    guard request.cookies != nil else { return [] }
    var list: UnsafeMutablePointer<curl_slist>?
    guard mockrec_curl_get_list(easy, CURLINFO_COOKIELIST, &list) == CURLE_OK else { return [] }
    defer { curl_slist_free_all(list) }
    return Self.lines(list)
  }

  private static func lines(_ list: UnsafePointer<curl_slist>?) -> [String] {
    var lines: [String] = []
    var next = list
    while let node = next?.pointee {
      if let data = node.data { lines.append(String(cString: data)) }
      next = UnsafePointer(node.next)
    }
    return lines
  }

  private func string(_ info: CURLINFO) -> String? {
    var value: UnsafePointer<CChar>?
    guard mockrec_curl_get_string(easy, info, &value) == CURLE_OK else { return nil }
    return value.map { String(cString: $0) }
  }

  private func duration(_ info: CURLINFO) -> Duration {
    var value: curl_off_t = 0
    _ = mockrec_curl_get_offset(easy, info, &value)
    return .microseconds(Int64(value))
  }
}
