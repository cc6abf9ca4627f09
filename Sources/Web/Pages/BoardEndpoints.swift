import HTTPTypes
import Hummingbird
import NIOCore
import Pages
import Publishing
import Queries
import Registry
import Store

extension Endpoint {
  private static let boardParameters: [any DescribedParameter] = [
    Parameters.nodeOfPath, Parameters.pageQuestion, Parameters.pageLanguage,
  ]

  /// A place's notice board: for a screen in a lobby, and for paper.
  static let boardPage = Endpoint(
    page: "/board/{node}", need: .nothing, parameters: boardParameters
  ) { call in Response(try await Board(call).page(), to: call.request) }

  /// Tells an open board whether it still shows what is published.
  static let boardEvents = Endpoint(
    page: "/board/{node}/events", need: .nothing, parameters: boardParameters
  ) { call in
    let board = try Board(call)
    let place = try call.service.openBoards.enter(call.address)
    return .boardEvents(of: board).holding(place)
  }

  /// Where a manager writes on it.
  static let boardForm = Endpoint(
    page: "/board/{node}/edit", need: .role(.manager),
    parameters: [Parameters.nodeOfPath, Parameters.pageLanguage]
  ) { call in
    let node = try call.boardNode
    let texts = try await call.service.publications.boardTexts(of: node.id)
    let page = BoardEditPage(
      node, Dictionary(uniqueKeysWithValues: texts.map { ($0.language, $0.text) }),
      site: try call.site)
    return .page(page.html(try call.frame))
  }

  /// Keeps what a manager wrote.
  static let editBoard = Endpoint(
    page: "/board/{node}/edit", .post, need: .form(.manager),
    parameters: [Parameters.nodeOfPath, Parameters.pageLanguage]
  ) { call in
    let (node, service) = (try call.boardNode, call.service)
    let fields = call.form
    let now = service.nowMilliseconds()
    let texts: [BoardText]
    do throws(BoardTextError) {
      texts = try BoardText.sent(fields, nowMilliseconds: now)
    } catch {
      let page = BoardEditPage(node, fields, site: try call.site, failure: error.description)
      return .page(page.html(try call.frame), status: .badRequest)
    }
    try await service.publications.set(texts, of: node.id, actor: try call.author.actor)
    try await service.access.deliverAudit(of: service.publications)
    return .leadingTo(Address("/board/\(node.id)").text)
  }
}

extension Call {
  /// The public node of the path, which is the bearer's.
  fileprivate var boardNode: Node {
    get throws {
      try scope.covers(try self[Parameters.nodeOfPath])
      return try publicNode
    }
  }
}

extension BoardText {
  /// What the form's fields say; a language that was not sent stays.
  fileprivate static func sent(
    _ fields: [String: String], nowMilliseconds: Int64
  ) throws(BoardTextError) -> [BoardText] {
    var texts: [BoardText] = []
    for language in languages {
      guard let text = fields[language] else { continue }
      texts.append(
        try BoardText(language: language, text: text, writtenAtMilliseconds: nowMilliseconds))
    }
    return texts
  }
}
