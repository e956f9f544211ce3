import MockrecCore
import Mustache

/// One template that is rendered for one request: what it has written and worked, and what went wrong.
final class Rendering {
  let context: ReplyContext
  private let template: ReplyTemplate
  /// In bytes.
  private var written = 0
  /// The first one. Sections end where it is set: swift-mustache knows no errors.
  private(set) var failure: ReplyTemplateFailure?

  /// What a step of a loop costs, in bytes.
  private static let step = 256

  init(_ template: ReplyTemplate, _ context: ReplyContext) {
    self.template = template
    self.context = context
  }

  /// Counts bytes of the text.
  func write(_ bytes: Int) throws(ReplyTemplateFailure) {
    self.written += bytes
    guard self.written <= self.context.limit else {
      throw self.failed(at: nil, "the reply would be longer than \(self.context.limit) bytes")
    }
  }

  private func failed(at index: Int?, _ reason: String) -> ReplyTemplateFailure {
    let expression = index.map { self.template.values[$0].expression }
    let reason = expression.map { "{{\($0.text)}}: \(reason)" } ?? reason
    return ReplyTemplateFailure(
      reason: reason, place: Diagnostic.Place(self.template.source, at: expression?.offset ?? 0))
  }

  /// Appends a value to the text.
  func append(_ index: Int, _ element: Frame?, to output: inout [UInt8]) throws(ReplyTemplateFailure) {
    let value = self.template.values[index]
    guard case .value(let spelling) = value.use else { return }
    let start = output.count
    do throws(WordError) {
      try spelling.append(
        try value.expression.value(in: self, element, isCondition: false), to: &output)
    } catch {
      throw self.failed(at: index, error.withoutValue)
    }
    try self.write(output.count - start)
  }
}

extension Rendering {
  /// What swift-mustache takes for a placeholder or a section.
  func child(_ index: Int, _ element: Frame?) -> Any {
    guard self.failure == nil, self.template.values.indices.contains(index) else { return false }
    let value = self.template.values[index]
    do throws(ReplyTemplateFailure) {
      switch value.use {
      case .value:
        var output: [UInt8] = []
        try self.append(index, element, to: &output)
        return MustacheText(renderText: String(decoding: output, as: UTF8.self))
      case .section(let bytes): return try self.section(index, element, bytes: bytes)
      case .inverted: return try self.condition(index, element) != nil
      }
    } catch {
      self.failure = error
      return false
    }
  }

  /// The value of a section; nil where it is left out.
  private func condition(_ index: Int, _ element: Frame?) throws(ReplyTemplateFailure) -> ContractValue? {
    do throws(WordError) {
      let value = try self.template.values[index].expression.value(in: self, element, isCondition: true)
      return value.flatMap { $0.isNothing ? nil : $0 }
    } catch {
      throw self.failed(at: index, error.withoutValue)
    }
  }

  private func section(_ index: Int, _ element: Frame?, bytes: Int) throws(ReplyTemplateFailure) -> Any {
    guard let value = try self.condition(index, element) else { return false }
    if case .json(.array(let elements)) = value {
      return MustacheElements(rendering: self, section: index, bytes: bytes, elements: elements, parent: element)
    }
    try self.write(bytes)
    if value == .json(.bool(true)) { return true }
    return MustacheElement(self, Frame(value, in: element))
  }

  /// Counts one more element of a section; false where the text ends.
  func begins(_ section: Int, bytes: Int) -> Bool {
    guard self.failure == nil else { return false }
    do throws(ReplyTemplateFailure) {
      try self.write(bytes)
      do throws(WordError) { try self.context.work(Self.step) } catch {
        throw self.failed(at: section, error.withoutValue)
      }
      return true
    } catch {
      self.failure = error
      return false
    }
  }
}

/// A text that stands as it is.
struct MustacheText: MustacheCustomRenderable {
  let renderText: String
  var isNull: Bool { false }
}

/// What swift-mustache asks for the values of placeholders, which are numbers to it.
struct MustacheElement: MustacheParent {
  let rendering: Rendering
  let element: Frame?

  init(_ rendering: Rendering, _ element: Frame?) {
    self.rendering = rendering
    self.element = element
  }

  func child(named name: String) -> Any? { Int(name).map { self.rendering.child($0, self.element) } }
}

/// The elements of a list, over which swift-mustache loops.
struct MustacheElements: MustacheSequence {
  let rendering: Rendering
  let section: Int
  let bytes: Int
  let elements: [JSON]
  let parent: Frame?

  func makeIterator() -> AnyIterator<MustacheElement> {
    var index = 0
    return AnyIterator {
      guard index < self.elements.count, self.rendering.begins(self.section, bytes: self.bytes) else { return nil }
      let element = Frame(
        .json(self.elements[index]), in: self.parent, index: index, isLast: index + 1 == self.elements.count)
      index += 1
      return MustacheElement(self.rendering, element)
    }
  }
}
