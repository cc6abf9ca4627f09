import CivilTime
public import Queries
import Registry
import Reporting

/// What all pages of a node share: where it stands, what is asked, and where else one may look.
struct NodeView: Sendable {
  /// The pages of a node.
  enum Tab: CaseIterable {
    case overview, times

    var path: String { self == .overview ? "" : "/times" }
    var word: PageWord { self == .overview ? .overview : .times }
  }

  struct Link: Sendable {
    let name: String
    let href: String
    var isCurrent = false
  }

  struct Choice: Sendable {
    let name: String
    let value: String
    let isCurrent: Bool
  }

  /// What a template shows above the numbers.
  struct Head: Sendable {
    let crumbs: [Link]
    let name: String
    let period: String
    let question: String?
    let tabs: [Link]
    let action: String
    let from: String
    let to: String
    let hasPeriods: Bool
    let periods: [Choice]
    let hasQuestions: Bool
    let questions: [Choice]
    let presets: [Link]
    let hasBelow: Bool
    /// So few that they need not be folded away.
    let isBelowOpen: Bool
    let below: [Link]
  }

  /// Places below that are shown unfolded.
  private static let openMax = 12

  let tab: Tab
  let node: String
  let hours: Range<UTCHour>
  /// The length of a point; nil where there is no chart.
  let by: ControlChartQuery.Period?
  /// The one that is shown.
  let question: AskedQuestion?
  let questions: [AskedQuestion]
  let site: Site
  let scope: Scope
  let nowMilliseconds: Int64

  func head(_ frame: Frame) -> Head {
    let language = frame.language
    let below = below(frame)
    return Head(
      crumbs: crumbs(frame), name: name(node, language),
      period: language.dates(hours, site.calendar),
      question: question.map { self.question($0.question, language) },
      tabs: Tab.allCases.map { tab in
        Link(
          name: language.text(tab.word), href: self.tab(tab, frame), isCurrent: tab == self.tab)
      },
      action: path(of: node), from: date(hours.lowerBound), to: date(hours.upperBound),
      hasPeriods: by != nil,
      periods: ControlChartQuery.Period.allCases.map { period in
        Choice(name: period.words(language), value: period.rawValue, isCurrent: period == by)
      },
      hasQuestions: questions.count > 1,
      questions: questions.map { asked in
        Choice(
          name: self.question(asked.question, language), value: asked.question,
          isCurrent: asked == question)
      },
      presets: presets(frame), hasBelow: !below.isEmpty,
      isBelowOpen: below.count <= Self.openMax, below: below)
  }

  /// Another page of the node, with the same choices.
  func tab(_ tab: Tab, _ frame: Frame) -> String {
    let query = frame.address.query.filter { tab == .overview || $0.name != "by" }
    return Address("/dashboard/\(node)\(tab.path)", query.map { ($0.name, $0.value) }).text
  }

  private func path(of place: String) -> String { "/dashboard/\(place)\(tab.path)" }

  /// What the API is asked for the same.
  func query(
    _ question: AskedQuestion, _ hours: Range<UTCHour>
  ) -> [(name: String, value: String?)] {
    [
      ("node", node), ("from", moment(hours.lowerBound)),
      ("to", moment(hours.upperBound)), ("question", question.question),
    ]
  }

  /// The page of another place, with the same choices.
  func address(of place: String, _ frame: Frame) -> String {
    Address(path(of: place), frame.address.query.map { ($0.name, $0.value) }).text
  }

  /// A date where a local day begins, else a time.
  private func moment(_ hour: UTCHour) -> String {
    site.calendar.isStartOfDay(hour) ? date(hour) : site.calendar.format(hour: hour)
  }

  func date(_ hour: UTCHour) -> String { site.calendar.date(of: hour).description }

  /// The places above that the reader may see.
  func crumbs(_ frame: Frame) -> [Link] {
    var links: [Link] = []
    var place = site.index.parent(of: node)
    while let found = place, scope.sees(found) {
      links.insert(
        Link(name: name(found, frame.language), href: address(of: found, frame)), at: 0)
      place = site.index.parent(of: found)
    }
    return links
  }

  /// The places just below, with the same dates; each chooses its own question.
  func below(_ frame: Frame) -> [Link] {
    let isSite = node == site.registry.site
    let children = isSite ? site.registry.nodes : site.registry.node(node)?.children ?? []
    let query = frame.address.query.filter { $0.name != "question" }
    return children.map { child in
      Link(
        name: name(child.id, frame.language),
        href: Address(path(of: child.id), query.map { ($0.name, $0.value) }).text)
    }
  }

  /// Ranges that are often asked for, as dates, so that an address stays what it was.
  func presets(_ frame: Frame) -> [Link] {
    let calendar = site.calendar
    let now = UTC.hour(ofMilliseconds: nowMilliseconds)
    let today = calendar.date(of: now)
    func link(_ word: PageWord, _ from: CivilDate, _ to: CivilDate) -> Link {
      let isCurrent =
        hours.lowerBound == calendar.startOfDay(from.daysSince1970)
        && hours.upperBound == calendar.startOfDay(to.daysSince1970)
      return Link(
        name: frame.language.text(word),
        href: frame.address.with("from", from.description).with("to", to.description).text,
        isCurrent: isCurrent)
    }
    let tomorrow = CivilDate(daysSince1970: today.daysSince1970 + 1)
    let monday = today.daysSince1970 - calendar.weekday(of: now) + 1
    let newYear = CivilDate(year: today.year, carryingMonth: 1)
    return [
      link(
        .lastWeeks, CivilDate(daysSince1970: monday - 28), CivilDate(daysSince1970: monday)),
      link(.lastMonths, CivilDate(year: today.year, carryingMonth: today.month - 11), tomorrow),
      link(.thisYear, newYear, tomorrow),
      link(.lastYear, CivilDate(year: today.year - 1, carryingMonth: 1), newYear),
    ]
  }

  func name(_ node: String, _ language: Language) -> String {
    if node == site.registry.site { return site.name }
    return node == Registry.unassigned
      ? language.text(.unassigned) : language.name(site.registry.node(node)?.name ?? [:], or: node)
  }

  func question(_ id: String, _ language: Language) -> String {
    language.question(id, in: site.registry)
  }
}

extension ControlChartQuery.Period {
  func words(_ language: Language) -> String {
    switch self {
    case .day: language.text(.day)
    case .week: language.text(.week)
    case .month: language.text(.month)
    case .quarter: language.text(.quarter)
    }
  }
}

extension Site {
  /// As it is shown: the id, written as a name is.
  public var name: String { registry.site.prefix(1).uppercased() + registry.site.dropFirst() }
}
