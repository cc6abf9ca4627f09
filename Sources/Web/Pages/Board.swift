import NIOCore
import Pages
import Publishing
import Queries
import Registry

/// A notice board as it was asked for.
struct Board: Sendable {
  private let service: WebService
  private let site: Site
  private let node: Node
  private let question: String?
  private let language: Language?

  /// - Throws: 404 for a place that is not public, or an unknown question.
  init(_ call: Call) throws {
    service = call.service
    site = try call.site
    node = try call.publicNode
    question = try call.publicQuestion
    language = try call[Parameters.pageLanguage]
  }

  /// Another number after every change of what is published or written; cheap.
  var changes: UInt32? { service.publications.changes }

  /// The page, which browsers ask for anew each time.
  func page() async throws -> PublicAnswers.Answer {
    try await answer("board") { board in
      PublicAnswers.Answer(
        "text/html; charset=utf-8", Array(board.html().utf8), cacheControl: "public, no-cache",
        policy: ContentPolicy.board)
    }
  }

  /// Whether a page still shows what it should: `BoardPage.state`.
  func state() async throws -> String {
    let answer = try await answer("board-state") { board in
      PublicAnswers.Answer("text/plain; charset=utf-8", Array(board.state.utf8))
    }
    return String(buffer: answer.bytes)
  }

  private func answer(
    _ kind: String, _ make: @escaping @Sendable (BoardPage) -> PublicAnswers.Answer
  ) async throws -> PublicAnswers.Answer {
    let (publications, node, question) = (service.publications, node, question)
    let (site, language) = (site, language)
    return try await service.publicAnswers.answer(
      [kind, node.id, question ?? "", language?.rawValue ?? ""], in: 0..<Registry.hourEnd,
      registry: site.revision, format: .json
    ) {
      let series = try await PublishedQuery(nodes: [node.id]).answer(publications)
      let texts = try await publications.boardTexts(of: node.id)
      return make(
        BoardPage(
          node, series.last(asking: question, site.registry), texts, site: site, question: question,
          language: language))
    }
  }
}
