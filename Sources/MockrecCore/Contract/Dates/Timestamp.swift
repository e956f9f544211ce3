/// A moment, in UTC.
package struct Timestamp: Sendable, Hashable, Comparable {
  /// Whole seconds since 1970-01-01T00:00:00Z, without leap seconds.
  package var seconds: Int64
  /// 0 up to 999,999,999.
  package var nanoseconds: Int

  package init(seconds: Int64, nanoseconds: Int = 0) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  /// A date as HTTP or RFC 3339 writes it.
  package init?(date text: String) {
    guard let moment = DateReader.read(text) else { return nil }
    self = moment
  }

  package static func < (left: Timestamp, right: Timestamp) -> Bool {
    (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
  }

  /// As RFC 3339 writes it, with six digits of a second: `2026-11-20T10:00:00.000000Z`.
  package var text: String { DateFormat.rfc3339.format(self) }

  /// Whole days from another moment to this one; what is left of a day does not count.
  func days(since other: Timestamp) -> Int64 {
    var seconds = self.seconds - other.seconds
    if self.nanoseconds < other.nanoseconds { seconds -= 1 }
    // Cut towards zero, as a duration is.
    return (seconds < 0 ? seconds + (self.nanoseconds == other.nanoseconds ? 0 : 1) : seconds) / 86_400
  }
}

/// A moment as calendars and clocks show it, in UTC, in the Gregorian calendar before its beginning too.
struct CivilTime: Sendable, Hashable {
  var year: Int64
  /// From 1.
  var month: Int
  var day: Int
  var hour = 0
  var minute = 0
  /// 60 is read, and is the second after 59.
  var second = 0
  var nanosecond = 0

  init(year: Int64, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  init(_ moment: Timestamp) {
    let days = moment.seconds.floored(by: 86_400)
    let rest = Int(moment.seconds - days * 86_400)
    self.init(day: days)
    (self.hour, self.minute, self.second) = (rest / 3600, rest / 60 % 60, rest % 60)
    self.nanosecond = moment.nanoseconds
  }

  /// The date that is so many days after 1970-01-01. Years begin in March here, so that a leap day is the last of one.
  private init(day number: Int64) {
    let shifted = number + 719_468
    let era = shifted.floored(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    self.init(
      year: yearOfEra + era * 400 + (month < 10 ? 0 : 1), month: Int(month < 10 ? month + 3 : month - 9),
      day: Int(dayOfYear - (153 * month + 2) / 5 + 1))
  }

  /// Days since 1970-01-01.
  var dayNumber: Int64 {
    let year = self.month > 2 ? self.year : self.year - 1
    let era = year.floored(by: 400)
    let yearOfEra = year - era * 400
    let dayOfYear = Int64((153 * (self.month > 2 ? self.month - 3 : self.month + 9) + 2) / 5 + self.day - 1)
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  var moment: Timestamp {
    Timestamp(
      seconds: self.dayNumber * 86_400 + Int64(self.hour * 3600 + self.minute * 60 + self.second),
      nanoseconds: self.nanosecond)
  }

  /// Whether the month has the day, and the clock the time.
  var isValid: Bool {
    guard (1...12).contains(self.month), (1...31).contains(self.day) else { return false }
    let days = [31, self.isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return self.day <= days[self.month - 1] && (0...23).contains(self.hour) && (0...59).contains(self.minute)
      && (0...60).contains(self.second)
  }

  private var isLeapYear: Bool { self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0) }

  /// 0 is Sunday.
  var weekday: Int { Int((self.dayNumber + 4) - (self.dayNumber + 4).floored(by: 7) * 7) }

  /// From 1.
  var dayOfYear: Int { Int(self.dayNumber - CivilTime(year: self.year, month: 1, day: 1).dayNumber) + 1 }

  /// The year and the week, from 1, of ISO 8601: weeks begin on Monday, and the first has the year's first Thursday.
  var isoWeek: (year: Int64, week: Int) {
    let thursday = CivilTime(day: self.dayNumber + Int64(3 - (self.weekday + 6) % 7))
    return (thursday.year, (thursday.dayOfYear - 1) / 7 + 1)
  }
}

extension Int64 {
  /// The quotient rounded down, also below zero.
  fileprivate func floored(by divisor: Int64) -> Int64 {
    self >= 0 ? self / divisor : (self + 1) / divisor - 1
  }
}
