extension Answer {
  /// The answer with no secret in it, so that two answers can be compared: every secret is the same one.
  ///
  /// A fake gives pseudonyms where the real service gives secrets that may be new each time. That they differ says
  /// nothing.
  package func redacted(with redactor: Redactor) -> Answer {
    guard redactor.isOn else { return self }
    let kind = BodyKind(contentType: self.fields[first: "Content-Type"])
    return self.replacing(
      fields: self.fields.mapValues {
        String(
          decoding: Pseudonym.levelled(Array(redactor.field(name: $0.name, value: $0.value).utf8)), as: UTF8.self)
      }, body: Pseudonym.levelled(redactor.body(self.body, as: kind)))
  }
}
