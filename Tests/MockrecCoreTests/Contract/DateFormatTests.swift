import Testing

@testable import MockrecCore

@Suite("dates as formats write them")
struct DateFormatTests {
  /// 2026-03-01T05:06:07.089Z, a Sunday.
  private static let moment = Timestamp(seconds: 1_772_341_567, nanoseconds: 89_000_000)

  @Test(
    "each letter",
    arguments: [
      ("%Y-%m-%d", "2026-03-01"), ("%y %C", "26 20"), ("%b %B %h", "Mar March Mar"), ("%e|%-d|%_m|%0e", " 1|1| 3|01"),
      ("%a %A %w %u", "Sun Sunday 0 7"), ("%U %W %V %G %g", "09 08 09 2026 26"), ("%j", "060"),
      ("%H %k %I %l %p %P", "05  5 05  5 AM am"), ("%M:%S", "06:07"),
      ("%f %.f %.3f %3f %.6f %9f", "089000000 .089 .089 089 .089000 089000000"),
      ("%D %F %T %R %r %v", "03/01/26 2026-03-01 05:06:07 05:06 05:06:07 AM  1-Mar-2026"),
      ("%c %x %X", "Sun Mar  1 05:06:07 2026 03/01/26 05:06:07"), ("%+", "2026-03-01T05:06:07.089+00:00"),
      ("%z %:z %Z %s", "+0000 +00:00 UTC 1772341567"), ("100%%%t.%n", "100%\t.\n"),
    ])
  func writes(format: String, text: String) throws {
    #expect(try #require(DateFormat(format)).format(Self.moment) == text)
  }

  @Test(
    "each letter is read",
    arguments: [
      ("2026-03-01T05:06:07.089Z", "%Y-%m-%dT%H:%M:%S%.fZ"), ("2026-03-01T05:06:07.089Z", "%+"),
      ("2026-03-01T07:06:07.089+02:00", "%+"), ("2026-02-28T23:36:07.089-0530", "%Y-%m-%dT%H:%M:%S%.f%z"),
      ("Sun, 1 Mar 26 05:06:07.089", "%a, %d %b %y %T%.3f"),
      ("march 01 2026, 5:06:07 am 089", "%B %d %Y, %I:%M:%S %p %3f"),
      ("1772341567.089", "%s%.f"), ("2026 060 05:06:07 089000000", "%Y %j %T %f"),
    ])
  func reads(text: String, format: String) throws {
    #expect(DateReader.read(text, as: try #require(DateFormat(format))) == Self.moment)
  }

  @Test(
    "what is written otherwise, or is no day, is refused",
    arguments: [
      ("2026-02-29", "%F"), ("2026-13-01", "%F"), ("2026-03-01x", "%F"), ("03-01", "%F"), ("25:00:00", "%T"),
      ("Foo 1", "%b %d"), ("2026-03-01T05:06:07", "%+"), ("13 PM", "%I %p"), ("", "%Y"),
    ])
  func refuses(text: String, format: String) throws {
    #expect(DateReader.read(text, as: try #require(DateFormat(format))) == nil)
  }

  @Test("a letter that stands for nothing is no format", arguments: ["%Q", "%", "%.4f", "%:a", "%-"])
  func unknown(format: String) { #expect(DateFormat(format) == nil) }

  @Test(
    "dates of HTTP and of certificates, in every spelling",
    arguments: [
      "Wed, 13 Jan 2021 22:23:01 GMT", "Wednesday, 13-Jan-21 22:23:01 GMT", "Wed, 13-Jan-2021 22:23:01 GMT",
      "Wed Jan 13 22:23:01 2021", "2021-01-13T22:23:01Z",
    ])
  func http(text: String) {
    #expect(DateReader.read(text) == Timestamp(seconds: 1_610_576_581))
    #expect(Timestamp(certificate: "Jan 13 22:23:01 2021 GMT") == Timestamp(certificate: "2021-01-13 22:23:01 GMT"))
    #expect(Timestamp(certificate: "Jan 13 22:23:01 2021 GMT") == Timestamp(seconds: 1_610_576_581))
  }

  @Test("a day's number and its date undo each other, from the year -400 to 4000", arguments: UInt64(0)..<200)
  func calendar(seed: UInt64) {
    var dice = Dice(seed: seed)
    let moment = Timestamp(seconds: Int64.random(in: -74_788_000_000...64_092_211_200, using: &dice))
    let time = CivilTime(moment)
    #expect(time.moment == moment && time.isValid)
    let next = CivilTime(Timestamp(seconds: moment.seconds + 86_400))
    #expect(next.weekday == (time.weekday + 1) % 7)
    #expect(next.dayOfYear == time.dayOfYear + 1 || next.dayOfYear == 1 && time.dayOfYear >= 365)
  }
}
