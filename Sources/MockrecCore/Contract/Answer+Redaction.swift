extension Answer {
  /// The answer as a recorder would have kept it: each secret replaced by its pseudonym.
  package func redacted(with redactor: Redactor) -> Answer {
    let kind = BodyKind(contentType: self.fields[first: "Content-Type"])
    return Answer(
      version: self.version, status: self.status, statusText: self.statusText,
      fields: self.fields.mapValues { redactor.field(name: $0.name, value: $0.value) },
      body: redactor.body(self.body, as: kind), duration: self.duration, url: self.url)
  }
}
