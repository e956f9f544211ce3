extension Noise {
  /// Learns from the answers to one request, sent several times: fewer than two teach nothing.
  ///
  /// Indices of arrays are generalised: what varies in one element may vary in each.
  ///
  /// - Parameters:
  ///   - known: What was learnt before. It is not widened: a value that is of no known shape stays a finding.
  ///   - recorded: An answer from another time. It widens the shapes of what varies, and shows no place that does.
  /// - Complexity: that of a few comparisons for each sample.
  package static func learn(
    from samples: [Answer], knowing known: Noise = Noise(), recorded: Answer? = nil
  ) -> Noise {
    var noise = known
    guard let first = samples.first else { return noise }
    for sample in samples.dropFirst() {
      noise.learnHeaders(first, sample)
      noise.learnBody(first, sample)
    }
    let all = samples + (recorded.map { [$0] } ?? [])
    noise.shapeHeaders(all)
    noise.shapeBodies(all, vary: Set(samples.map(\.body)).count > 1)
    return noise
  }

  private mutating func add(_ place: Finding.Place, _ what: Finding.What) {
    let finding = Finding(place: place, what: what)
    if !self.findings.contains(finding) { self.findings.append(finding) }
  }

  private mutating func learnHeaders(_ a: Answer, _ b: Answer) {
    for name in Set((a.fields.list + b.fields.list).map { $0.name.lowercased() }).sorted() {
      guard !HeaderDiff.ofConnection.contains(name), name != "content-length" || (a.body.isEmpty && b.body.isEmpty)
      else { continue }
      let (ours, theirs) = (a.fields[all: name], b.fields[all: name])
      guard ours != theirs else { continue }
      if ours.isEmpty || theirs.isEmpty {
        self.headers[name, default: Header()].presence = true
        self.add(.header(name), .presence)
      } else {
        self.headers[name, default: Header()].value = true
      }
    }
  }

  private mutating func shapeHeaders(_ samples: [Answer]) {
    for (name, header) in self.headers.sorted(by: { $0.key < $1.key }) where header.value && header.shape == nil {
      let shape = TextShape.learn(samples.flatMap { $0.fields[all: name] })
      self.headers[name]?.shape = shape
      self.add(.header(name), .shape(PlaceShape(kinds: ["string"], shapes: [shape])))
    }
  }

  private mutating func learnBody(_ a: Answer, _ b: Answer) {
    switch (a.content, b.content) {
    case (.json(let ours), .json(let theirs)): self.learn(ours, theirs, \.json) { .json($0) }
    case (.text(let ours), .text(let theirs)):
      guard let ours = MarkupReader.read(ours), let theirs = MarkupReader.read(theirs) else { return }
      self.learn(ours, theirs, \.markup) { .markup($0) }
    default: break
    }
  }

  /// What varies inside of elements hides that their order varies too: each round knows what the last one learnt.
  private mutating func learn(
    _ ours: JSON, _ theirs: JSON, _ tolerance: WritableKeyPath<Noise, Tolerance>,
    _ place: ([JSONLocation.Step?]) -> Finding.Place
  ) {
    for _ in 0..<4 {
      var diff = JSONDiff(left: self[keyPath: tolerance], right: self[keyPath: tolerance], comparesKeyOrder: true)
      let changes = diff.changes(ours, theirs)
      guard !changes.isEmpty else { return }
      for change in changes { self.learn(change, tolerance, place) }
    }
  }

  private mutating func learn(
    _ change: JSONChange, _ tolerance: WritableKeyPath<Noise, Tolerance>,
    _ place: ([JSONLocation.Step?]) -> Finding.Place
  ) {
    let (aspects, what): (Tolerance.Aspects, Finding.What?) =
      switch change.kind {
      case .removed, .added: (.presence, .presence)
      case .type, .newNull, .noNull: ([.type, .value], nil)
      case .value, .format: (.value, nil)
      case .order: (.order, .order)
      case .keyOrder: (.keyOrder, .keyOrder)
      case .length, .narrowed: (.length, .length)
      }
    var steps: [JSONLocation.Step?] = change.place.steps.map { if case .index = $0 { nil } else { $0 } }
    // The element is more or less; it is the array that varies.
    if aspects == .length { steps.removeLast() }
    // A shape that is known is a rule: what does not fit it is no noise.
    guard what != nil || !self[keyPath: tolerance].hasShape(steps) else { return }
    self[keyPath: tolerance].add(steps, aspects)
    self.add(place(steps), what ?? .shape(PlaceShape(kinds: [], shapes: [])))
  }

  /// Gives each place that varies the shape of all that the samples have there.
  private mutating func shapeBodies(_ samples: [Answer], vary: Bool) {
    let documents = samples.map { sample -> (json: JSON?, markup: JSON?) in
      switch sample.content {
      case .json(let json): (json, nil)
      case .text(let text): (nil, MarkupReader.read(text))
      case .empty, .bytes: (nil, nil)
      }
    }
    let open = Finding.What.shape(PlaceShape(kinds: [], shapes: []))
    for index in self.findings.indices where self.findings[index].what == open {
      switch self.findings[index].place {
      case .json(let steps):
        let shape = PlaceShape.learn(documents.compactMap { $0.json }.flatMap { Self.values($0, steps[...]) })
        self.json.add(steps, [], shape: shape)
        self.findings[index].what = .shape(shape)
      case .markup(let steps):
        let shape = PlaceShape.learn(documents.compactMap { $0.markup }.flatMap { Self.values($0, steps[...]) })
        self.markup.add(steps, [], shape: shape)
        self.findings[index].what = .shape(shape)
      case .header, .body: break
      }
    }
    guard vary, self.body == nil,
      documents.allSatisfy({ $0.json == nil && $0.markup == nil })
    else { return }
    let texts = samples.compactMap { sample -> String? in
      if case .text(let text) = sample.content { text } else { nil }
    }
    self.body = BodyNoise.learn(samples.map(\.body), texts: texts.count == samples.count ? texts : nil)
    self.add(.body, .body)
  }

  /// All values at a place, elements of arrays included.
  private static func values(_ document: JSON, _ steps: ArraySlice<JSONLocation.Step?>) -> [JSON] {
    guard let step = steps.first else { return [document] }
    let rest = steps.dropFirst()
    switch step {
    case .name(let name): return document[name].map { self.values($0, rest) } ?? []
    case .index(let index): return document[index].map { self.values($0, rest) } ?? []
    case nil: return (document.array ?? []).flatMap { self.values($0, rest) }
    }
  }
}
