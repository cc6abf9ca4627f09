/// An index over time with its interval, its mean and its control limits.
///
///     legend              keys of what occurs, and the scale where it does not begin at 0
///     ┌ plot ─────────┐   band = interval, dashes = limits, thin line = mean
///     └───────────────┘
///     ○ ×                 periods without a value, each with its reason
///     vko 1   vko 5       labels, as many as there is room for
///        1      2         flags: what happened
public struct TrendChart: Chart {
  /// One period.
  public struct Point: Sendable, Equatable {
    /// `viikko 37`, in full.
    public var period: String
    /// What the axis may say below it; nil = nothing.
    public var label: String?
    /// At least 0.
    public var responses: Int
    /// 0…100; nil = a gap, which no line crosses.
    public var index: Double?
    public var interval: ClosedRange<Double>?
    public var limits: ClosedRange<Double>?
    /// Why it is more than chance; empty = it is not.
    public var signals: Set<TrendSignal>
    /// Why there is no index, where there is none.
    public var absence: Absence

    public init(
      period: String, label: String? = nil, responses: Int, index: Double?,
      interval: ClosedRange<Double>? = nil, limits: ClosedRange<Double>? = nil,
      signals: Set<TrendSignal> = [], absence: Absence = .noResponses
    ) {
      self.period = period
      self.label = label
      self.responses = responses
      self.index = index
      self.interval = interval
      self.limits = limits
      self.signals = signals
      self.absence = absence
    }
  }

  /// Something that happened, as a numbered flag; the page has the list.
  public struct Annotation: Sendable, Equatable {
    /// Place of its point.
    public var place: Int
    public var number: Int
    public var text: String

    public init(place: Int, number: Int, text: String) {
      self.place = place
      self.number = number
      self.text = text
    }
  }

  /// Which indexes the vertical axis spans.
  public enum Scale: Sendable {
    /// 0–100.
    case full
    /// What the values, most of their intervals and limits need; the chart says so.
    case focused
  }

  public let title: String
  public let sentence: String
  public let points: [Point]
  /// 0…100.
  public let mean: Double?
  public let annotations: [Annotation]
  public let scale: Scale

  public init(
    title: String, sentence: String, points: [Point], mean: Double? = nil,
    annotations: [Annotation] = [], scale: Scale = .full
  ) {
    self.title = title
    self.sentence = sentence
    self.points = points
    self.mean = mean
    self.annotations = annotations.filter { points.indices.contains($0.place) }
    self.scale = scale
  }

  public func svg(_ size: ChartSize, in language: Language) -> String {
    drawing(size, in: language).svg(title: title, sentence: sentence)
  }

  func drawing(_ size: ChartSize, in language: Language) -> Drawing {
    let legend = legend(size, language)
    let layout = TrendLayout(self, size, legendHeight: legend.height)
    var body = Markup()
    legend.draw(from: 0, into: &body)
    drawScale(layout, language, into: &body)
    drawBand(layout, into: &body)
    drawLimits(layout, into: &body)
    drawAnnotations(layout, language, into: &body)
    drawLine(layout, into: &body)
    drawPoints(layout, language, into: &body)
    drawAbsences(layout, language, into: &body)
    drawLabels(layout, into: &body)
    return Drawing(
      kind: "trend", sizeName: size.name, width: size.width, height: layout.height, body: body)
  }

  /// What a pointer on a point is told: `viikko 37: 87,3 (84,1–89,9), 351 vastausta`.
  func words(_ point: Point, _ language: Language) -> String {
    guard let index = point.index else {
      let reason = "\(point.period): \(language.word(point.absence.word))"
      return point.absence == .fewResponses
        ? "\(reason), \(language.responses(point.responses))" : reason
    }
    var text = "\(point.period): \(language.decimal(index))"
    if let interval = point.interval {
      text += " (\(language.interval(interval.lowerBound, interval.upperBound)))"
    }
    text += ", \(language.responses(point.responses))"
    for signal in TrendSignal.allCases where point.signals.contains(signal) {
      text += "; \(language.word(signal.word))"
    }
    return text
  }
}
