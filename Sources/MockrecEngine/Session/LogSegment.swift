import MockrecCore
import MockrecWire
import NIOCore

/// A part of a log: requests one behind another, in few bytes. What is kept for a while and then given up would be cold, had
/// it objects.
struct LogSegment: Sendable {
  private struct Record {
    var service: Int
    var at: Int64
    var bodyBytes: Int
    /// Where its message begins, and its body, among the segment's bytes.
    var head: Int
    var body: Int
    var answer: RequestLog.Answer
  }

  /// The number of its first request.
  let first: Int
  private var records: [Record] = []
  private var bytes = ByteBuffer()

  /// A segment with more begins no other request.
  private static let mostRecords = 256
  private static let mostBytes = 64 << 10

  /// - Parameter last: The one before, as which it will be.
  init(first: Int, behind last: LogSegment?) {
    self.first = first
    guard let last else { return }
    self.records.reserveCapacity(last.records.count)
    self.bytes.reserveCapacity(last.bytes.readableBytes)
  }

  /// The number behind its last request.
  var end: Int { self.first + self.records.count }
  var size: Int { self.bytes.readableBytes }
  var isFull: Bool { self.records.count >= Self.mostRecords || self.size >= Self.mostBytes }

  mutating func append(
    _ head: ByteBuffer, of service: Int, body: [UInt8], bodyBytes: Int, at: Int64, answer: RequestLog.Answer
  ) {
    let start = self.bytes.writerIndex
    self.bytes.writeImmutableBuffer(head)
    self.records.append(
      Record(
        service: service, at: at, bodyBytes: bodyBytes, head: start, body: self.bytes.writerIndex, answer: answer))
    if !body.isEmpty { self.bytes.writeBytes(body) }
  }

  mutating func note(_ number: Int, _ change: (inout RequestLog.Answer) -> Void) {
    change(&self.records[number - self.first].answer)
  }

  func request(_ number: Int, of services: [RequestLog.Asked]) -> RequestLog.Request {
    let index = number - self.first
    let record = self.records[index]
    let end = index + 1 < self.records.count ? self.records[index + 1].head : self.bytes.writerIndex
    let asked = services[record.service]
    return RequestLog.Request(
      number: number, of: asked.service, at: record.at, bodyBytes: record.bodyBytes, answer: record.answer,
      entries: asked.entries,
      packed: self.bytes.getSlice(at: record.head, length: record.body - record.head) ?? ByteBuffer(),
      packedBody: self.bytes.getSlice(at: record.body, length: end - record.body) ?? ByteBuffer())
  }

  /// A copy of some of its requests, which holds up nobody who adds to it.
  func part(_ numbers: Range<Int>) -> LogSegment {
    var part = LogSegment(first: numbers.lowerBound, behind: nil)
    guard !numbers.isEmpty else { return part }
    let range = (numbers.lowerBound - self.first)..<(numbers.upperBound - self.first)
    let start = self.records[range.lowerBound].head
    let end = range.upperBound < self.records.count ? self.records[range.upperBound].head : self.bytes.writerIndex
    part.records = self.records[range].map { record in
      var record = record
      record.head -= start
      record.body -= start
      return record
    }
    part.bytes.writeBytes(self.bytes.viewBytes(at: start, length: end - start) ?? ByteBufferView())
    return part
  }
}
