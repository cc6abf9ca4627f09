public import Queries
import Reporting

/// A node by the hours of the week and the days of a calendar.
public struct TimesPage: Sendable {
  private struct Context {
    let t: [String: String]
    let language: String
    let head: NodeView.Head
    let hasShown: Bool
    let figures: [Figure]
  }

  private let times: NodeTimes
  private let view: NodeView

  /// - Parameter nowMilliseconds: UTC since 1970.
  public init(
    _ times: NodeTimes, node: String, hours: Range<Int>, site: Site, scope: Scope,
    nowMilliseconds: Int64
  ) {
    self.times = times
    view = NodeView(
      tab: .times, node: node, hours: hours, by: nil, question: times.shown?.question,
      questions: times.questions, site: site, scope: scope, nowMilliseconds: nowMilliseconds)
  }

  public func html(_ frame: Frame) -> String {
    let language = frame.language
    let head = view.head(frame)
    var figures: [Figure] = []
    if let shown = times.shown {
      let query = view.query(shown.question, view.hours)
      figures.append(
        .week(shown.week, node: head.name, query: Address("/api/v1/hour-of-week", query), language))
      if let days = shown.days.series(of: shown.question) {
        let query = view.query(shown.question, shown.days.asked.hours)
        figures.append(
          .calendar(
            shown.days, series: days, node: head.name,
            query: Address(
              "/api/v1/results",
              query + [("by", "day"), ("coverage", shown.days.coverage == nil ? nil : "true")]),
            view.site, language))
      }
    }
    return frame.page(
      title: head.name,
      Templates.render(
        "times",
        Context(
          t: language.texts, language: language.rawValue, head: head,
          hasShown: times.shown != nil, figures: figures)))
  }
}
