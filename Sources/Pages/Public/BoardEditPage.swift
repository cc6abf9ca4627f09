import Publishing
public import Queries
public import Registry

/// Where a manager writes what stands on a notice board.
public struct BoardEditPage: Sendable {
  private struct Context {
    let t: [String: String]
    let name: String
    let board: String
    let action: String
    let key: String?
    let charactersMax: Int
    let failure: String?
    let fields: [Field]
  }

  private struct Field {
    let code: String
    let label: String
    let text: String
  }

  private let node: Node
  private let texts: [String: String]
  private let site: Site
  private let failure: String?

  /// - Parameters:
  ///   - texts: by language, as they stand there or were sent.
  ///   - failure: why they are not kept.
  public init(_ node: Node, _ texts: [String: String], site: Site, failure: String? = nil) {
    self.node = node
    self.texts = texts
    self.site = site
    self.failure = failure
  }

  public func html(_ frame: Frame) -> String {
    let language = frame.language
    let name = PublishedWords(site: site, language: language).name(node)
    return frame.page(
      title: "\(language.text(.boardSaid)): \(name)",
      Templates.render(
        "board-edit",
        Context(
          t: language.texts, name: name, board: Address("/board/\(node.id)").text,
          action: frame.link("/board/\(node.id)/edit"), key: frame.formKey,
          charactersMax: BoardText.charactersMax, failure: failure,
          fields: Language.allCases.map {
            Field(code: $0.rawValue, label: $0.ownName, text: texts[$0.rawValue] ?? "")
          })))
  }
}
