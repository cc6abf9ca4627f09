import Hummingbird
import Pages
import Publishing
import Queries
import Registry

extension Endpoint {
  /// What the site publishes, for everybody.
  static let startPage = Endpoint(
    page: "/", need: .nothing, parameters: [Parameters.pageLanguage]
  ) { call in
    let site = try call.site
    return try await call.publicPage(PublicPeriod.roots(of: site.registry), site, isStart: true)
  }

  /// A public place, with those below it.
  static let placePage = Endpoint(
    page: "/places/{node}", need: .nothing,
    parameters: [Parameters.nodeOfPath, Parameters.pageLanguage]
  ) { call in
    let (site, node) = (try call.site, try call.publicNode)
    return try await call.publicPage(
      [node] + node.children.filter(\.isPublic), site, isStart: false)
  }
}

extension Call {
  /// The public node that the path names.
  ///
  /// - Throws: 404 for one that is not public.
  var publicNode: Node {
    get throws {
      let node = try self[Parameters.nodeOfPath]
      guard let found = try site.registry.node(node), found.isPublic else {
        throw QueryError.notPublic(node)
      }
      return found
    }
  }

  /// Ready bytes, the same for everybody.
  fileprivate func publicPage(
    _ nodes: [Node], _ site: Site, isStart: Bool
  ) async throws -> Response {
    let language = try self[Parameters.pageLanguage] ?? Language(accepting: request)
    let address = Address(request.uri.path, [("lang", language.rawValue)])
    let query = PublishedQuery(nodes: nodes.map(\.id))
    let (service, origin) = (service, request.origin)
    let answer = try await service.publicAnswers.answer(
      ["page", address.text, origin], in: 0..<Registry.hourEnd, registry: site.revision,
      format: .json
    ) {
      let series = try await query.answer(service.publications)
      let page = PublicPage(nodes, series, site: site, isStart: isStart, origin: origin)
      let frame = Frame(language: language, address: address, site: site.name, formKey: nil)
      return PublicAnswers.Answer(
        "text/html; charset=utf-8", Array(page.html(frame).utf8), vary: "Accept-Language")
    }
    return Response(answer, to: request)
  }
}
