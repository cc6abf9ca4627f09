public import Publishing
public import Queries
public import Registry

/// One number with its picture, for a frame in a page of somebody else.
public struct EmbedPage: Sendable {
  private struct Context {
    let t: [String: String]
    let language: String
    let name: String
    let question: String?
    let index: String
    let sentence: String
    let svg: String?
    let place: String
  }

  private let node: Node
  private let series: PublishedSeries?
  private let site: Site

  /// - Parameter series: nil where nothing was published.
  public init(_ node: Node, _ series: PublishedSeries?, site: Site) {
    self.node = node
    self.series = series
    self.site = site
  }

  public func html(_ language: Language) -> String {
    let words = PublishedWords(site: site, language: language)
    return Templates.render(
      "embed",
      Context(
        t: language.texts, language: language.rawValue, name: words.name(node),
        question: series.map(words.question), index: words.index(series?.periods.last),
        sentence: words.sentence(series?.periods.last),
        svg: series.map { words.chart($0, of: node).frame(in: language) },
        place: Address("/places/\(node.id)", [("lang", language.rawValue)]).text))
  }
}
