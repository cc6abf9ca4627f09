import Hummingbird
import Pages
import Publishing
import Queries
import Registry

extension Endpoint {
  private static let embedParameters: [any DescribedParameter] = [
    Parameters.nodeOfPath, Parameters.pageQuestion, Parameters.pageLanguage,
  ]

  /// A place's number for a frame in another site's page.
  static let embedPage = Endpoint(
    page: "/embed/{node}", need: .nothing, parameters: embedParameters
  ) { call in
    try await call.embedded("embed") { node, series, site, language in
      PublicAnswers.Answer(
        "text/html; charset=utf-8",
        Array(EmbedPage(node, series, site: site).html(language).utf8), vary: "Accept-Language",
        policy: ContentPolicy.framed)
    }
  }

  /// The same as a picture.
  static let embedImage = Endpoint(
    page: "/embed/{node}/chart.svg", need: .nothing, parameters: embedParameters
  ) { call in
    try await call.embedded("image") { node, series, site, language in
      PublicAnswers.Answer(
        "image/svg+xml; charset=utf-8",
        Array(EmbedImage(node, series, site: site).svg(language).utf8), vary: "Accept-Language",
        policy: ContentPolicy.image)
    }
  }
}

extension Call {
  /// Ready bytes of one place and one question.
  fileprivate func embedded(
    _ kind: String,
    _ make: @escaping @Sendable (Node, PublishedSeries?, Site, Language) -> PublicAnswers.Answer
  ) async throws -> Response {
    let (site, node, question) = (try site, try publicNode, try publicQuestion)
    let language = try self[Parameters.pageLanguage] ?? Language(accepting: request)
    let service = service
    let answer = try await service.publicAnswers.answer(
      [kind, node.id, question ?? "", language.rawValue], in: 0..<Registry.hourEnd,
      registry: site.revision, format: .json
    ) {
      let series = try await PublishedQuery(nodes: [node.id]).answer(service.publications)
      return make(node, series.last(asking: question, site.registry), site, language)
    }
    return Response(answer, to: request)
  }

  /// The question that is asked for; nil = the node's first.
  ///
  /// - Throws: 404 for one that is not in the registry.
  var publicQuestion: String? {
    get throws {
      let question = try self[Parameters.pageQuestion]
      try site.check(question: question)
      return question
    }
  }
}

extension [PublishedSeries] {
  /// Of one question; nil = of the first that is asked by itself. Where its number of buttons changed, what
  /// came last.
  func last(asking question: String?, _ registry: Registry) -> PublishedSeries? {
    let question = question ?? registry.foremost(of: map(\.question))
    let asked = filter { $0.question == question }
    return asked.max {
      ($0.periods.last?.hours.upperBound ?? 0) < ($1.periods.last?.hours.upperBound ?? 0)
    }
  }
}
