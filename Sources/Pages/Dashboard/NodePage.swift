public import Queries
import Reporting
public import Store

/// A node at a glance: what managers look at.
public struct NodePage: Sendable {
  let overview: NodeOverview
  /// What was noted, by date.
  let annotations: [Annotation]
  let view: NodeView
  let showsPresses: Bool
  let mayAnnotate: Bool

  var site: Site { view.site }

  /// - Parameters:
  ///   - annotations: of the node and of places above it, by date.
  ///   - showsPresses: the reader may see single presses.
  ///   - mayAnnotate: the reader may note something, and withdraw what was noted.
  ///   - nowMilliseconds: UTC since 1970.
  public init(
    _ overview: NodeOverview, annotations: [Annotation], site: Site, scope: Scope,
    showsPresses: Bool, mayAnnotate: Bool, nowMilliseconds: Int64
  ) {
    self.overview = overview
    self.annotations = annotations
    self.showsPresses = showsPresses
    self.mayAnnotate = mayAnnotate
    view = NodeView(
      tab: .overview, node: overview.asked.node, hours: overview.asked.hours,
      by: overview.asked.by, question: overview.shown?.question, questions: overview.questions,
      site: site, scope: scope, nowMilliseconds: nowMilliseconds)
  }

  private struct Context {
    let t: [String: String]
    let language: String
    let head: NodeView.Head
    /// Of a team, for who coordinates it.
    let phones: NodeView.Link?
    let shown: Shown?
  }

  private struct Shown {
    let api: String
    let exact: String
    let index: String
    let sentence: String
    let change: String
    let hasAttention: Bool
    let attention: [Attention]
    let figures: [Figure]
    let originText: String
    let origin: TableView
    let originLinks: [NodeView.Link]
  }

  public func html(_ frame: Frame) -> String {
    let head = view.head(frame)
    return frame.page(
      title: head.name,
      Templates.render(
        "node",
        Context(
          t: frame.language.texts, language: frame.language.rawValue, head: head,
          phones: phones(frame), shown: overview.shown.map { shown($0, head.name, frame) })))
  }

  private func phones(_ frame: Frame) -> NodeView.Link? {
    guard mayAnnotate, site.index.isVisit(view.node) else { return nil }
    return NodeView.Link(
      name: PhoneWord.phones.phrase[frame.language], href: frame.link("/phones/\(view.node)"))
  }

  private func shown(_ shown: NodeOverview.Shown, _ name: String, _ frame: Frame) -> Shown {
    let language = frame.language
    let series = shown.total.series(of: shown.question) ?? 0
    let tally = shown.comparison.now
    let attention = attention(shown, frame)
    let asked = view.query(shown.question, overview.asked.hours)
    return Shown(
      api: Address("/api/v1/comparison", asked).text, exact: tally.index.map { "\($0)" } ?? "",
      index: tally.index.map { language.decimal($0, places: 0) } ?? "–",
      sentence: headline(tally, language), change: change(shown.comparison.before, language),
      hasAttention: !attention.isEmpty, attention: attention,
      figures: figures(shown, tally, name, asked, frame), originText: originText(language),
      origin: origin(shown.total.sums.tally(series: series, bin: 0), language),
      originLinks: originLinks(asked, language))
  }

  private func figures(
    _ shown: NodeOverview.Shown, _ tally: Tally, _ name: String,
    _ asked: [(name: String, value: String?)], _ frame: Frame
  ) -> [Figure] {
    let language = frame.language
    var trend = Figure.trend(
      shown.chart, by: overview.asked.by.granularity, node: name,
      annotations: flags(shown.chart.points.map(\.hours)),
      query: Address("/api/v1/control-chart", asked + [("by", overview.asked.by.rawValue)]), site,
      language)
    trend.notes = notes(asked, frame)
    var figures: [Figure] = [
      .faces(
        tally, node: name, query: Address("/api/v1/results", asked + [("by", "total")]), language),
      trend,
      compared(shown, Address("/api/v1/comparison", asked), language),
    ]
    if let ranking = shown.ranking {
      figures.append(
        .ranking(
          ranking, leftOut: shown.leftOut, node: name, query: Address("/api/v1/ranking", asked),
          site, language
        ) { place in view.address(of: place, frame) })
    }
    return figures
  }
}
