import Hummingbird
import Publishing
import Queries
import Registry

extension Endpoint {
  /// What is open data here, for portals that collect such descriptions.
  static let publicCatalog = Endpoint(
    Catalog.path, id: "getPublicCatalog", tag: .public, need: .nothing,
    summary: "The open data of the site, by DCAT-AP",
    description: """
      A dataset for each public node that stands highest, with its addresses in CSV and JSON, its \
      licence (CC BY 4.0), how often it grows and what time it covers, in JSON-LD. Addresses are \
      relative to this one. Takes no parameters.
      """,
    parameters: [],
    success: #"""
      {
        "description": "A `dcat:Catalog`.",
        "content": {
          "application/ld+json": {
            "schema": { "type": "object", "required": ["@context", "@id", "@type"] },
            "example": {
              "@context": { "dcat": "http://www.w3.org/ns/dcat#" },
              "@id": "/public/v1/catalog.jsonld", "@type": "dcat:Catalog"
            }
          }
        }
      }
      """#,
    missing: .noRegistry
  ) { call in
    let (site, service) = (try call.site, call.service)
    let answer = try await service.publicAnswers.answer(
      ["catalog"], in: 0..<Registry.hourEnd, registry: site.revision, format: .json
    ) {
      let roots = PublicPeriod.roots(of: site.registry)
      let series = try await PublishedQuery(nodes: roots.map(\.id)).answer(service.publications)
      let catalog = Catalog(site: site, roots: roots, series: series)
      return PublicAnswers.Answer(Catalog.contentType, catalog.json())
    }
    return Response(answer, to: call.request)
  }
}
