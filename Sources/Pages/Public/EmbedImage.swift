public import Publishing
public import Queries
public import Registry

/// The same as ``EmbedPage`` as one picture, which brings its colours along: no style sheet of a page
/// reaches into an image.
public struct EmbedImage: Sendable {
  /// What stands in its style element, byte by byte.
  public static let style =
    ChartStyle.css + """
      .paper { fill: var(--chart-paper); stroke: var(--chart-grid); }
      .words, .chart { font-family: system-ui, sans-serif; }
      .words text { fill: var(--chart-ink); font-size: 14px; }
      .words .name { font-size: 20px; font-weight: 700; }
      .words .quiet { fill: var(--chart-muted); }
      .words .number { font-size: 48px; font-weight: 700; }

      """

  private static let edge = 16.0
  private static let chartTop = 130.0
  private static let numberSize = 48.0

  private let node: Node
  private let series: PublishedSeries?
  private let site: Site

  /// - Parameter series: nil where nothing was published.
  public init(_ node: Node, _ series: PublishedSeries?, site: Site) {
    self.node = node
    self.series = series
    self.site = site
  }

  public func svg(_ language: Language) -> String {
    let words = PublishedWords(site: site, language: language)
    let chart = series.map { words.chart($0, of: node).drawing(.wide, in: language) }
    let (edge, room) = (Self.edge, ChartSize.wide.width)
    let width = room + 2 * edge
    let height = Self.chartTop + (chart?.height ?? 0) + edge
    let (name, sentence) = (words.name(node), words.sentence(series?.periods.last))
    let index = words.index(series?.periods.last)
    var head: Markup = """
      <svg xmlns="http://www.w3.org/2000/svg" role="img" lang="\(language.rawValue)" \
      width="\(width)" height="\(height)" viewBox="0 0 \(width) \(height)">\
      <title>\(name): \(index)</title><desc>\(sentence)</desc>
      """
    head += "<style>"
    var body: Markup = """
      </style><rect class="paper" x="0.5" y="0.5" width="\(width - 1)" height="\(height - 1)" rx="6"/>\
      <g class="words">
      """
    body.add(TextWidth.fitted(name, into: room, fontSize: 20), edge, 36, as: "name")
    if let series {
      body.add(
        TextWidth.fitted(words.question(series), into: room, fontSize: 14), edge, 58, as: "quiet")
    }
    body.add(index, edge, 110, as: "number")
    let left = edge + TextWidth.of(index, fontSize: Self.numberSize) + 16
    body.add(
      TextWidth.fitted(sentence, into: edge + room - left, fontSize: 14), left, 108, as: "sentence")
    body += "</g>"
    if let chart {
      body += """
        <g class="chart trend chart-wide" transform="translate(\(edge) \(Self.chartTop))">\
        \(chart.body)</g>
        """
    }
    body += "</svg>"
    return head.text + Self.style + body.text
  }
}
