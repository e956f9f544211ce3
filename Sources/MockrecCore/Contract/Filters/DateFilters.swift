extension WordTable {
  /// Filters of dates.
  static let dateFilters: [FilterRule] =
    [
      FilterRule("toDate", arguments: 1...1) { value, arguments throws(WordError) in
        let (text, format) = (try value.text(), try arguments.dateFormat(0, of: "toDate"))
        guard let moment = DateReader.read(text, as: format) else {
          throw .unfit(value, "which is not written as \(arguments[0].shown)")
        }
        return .date(moment)
      },
      FilterRule(
        "daysAfterNow",
        asking: { scope, value, _ throws(WordError) in
          .number(try value.date().days(since: scope.moment))
        }),
      FilterRule(
        "daysBeforeNow",
        asking: { scope, value, _ throws(WordError) in
          .number(scope.moment.days(since: try value.date()))
        }),
      FilterRule("toEpoch") { value, _ throws(WordError) in .number(try value.date().seconds) },
      FilterRule("toEpochMillis") { value, _ throws(WordError) in
        let moment = try value.date()
        return .number(moment.seconds * 1000 + Int64(moment.nanoseconds / 1_000_000))
      },
    ]
    // `format` is the older name.
    + ["dateFormat", "format"].map { name in
      FilterRule(name, arguments: 1...1) { value, arguments throws(WordError) in
        .text(try arguments.dateFormat(0, of: name).format(try value.date()))
      }
    }
}

extension ContractValue {
  /// A date, or a string that is one as HTTP or RFC 3339 writes it.
  fileprivate func date() throws(WordError) -> Timestamp {
    if case .date(let moment) = self { return moment }
    guard let moment = self.string.flatMap({ DateReader.read($0) }) else { throw self.isNo("date") }
    return moment
  }
}

extension [ContractValue] {
  fileprivate func dateFormat(_ index: Int, of word: String) throws(WordError) -> DateFormat {
    if index < self.count, case .read(.format(let format)) = self[index] { return format }
    return try .reading(self.text(index, of: word), of: word)
  }
}
