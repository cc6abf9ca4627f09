import Testing

@testable import Pages

/// What every chart promises, whatever it is given.
@Suite struct ChartTests {
  static let hostile: [any Chart] = {
    let text = Samples.hostile
    let point = TrendChart.Point(period: text, label: text, responses: .max, index: .nan)
    let odd = TrendChart.Point(
      period: text, label: text, responses: -1, index: -1e300, interval: -1e300...1e300,
      limits: -1e300...1e300, signals: [.run])
    return [
      TrendChart(
        title: text, sentence: text, points: [point, odd, odd], mean: .infinity,
        annotations: [TrendChart.Annotation(place: 0, number: .max, text: text)],
        scale: .focused),
      FacesBar(title: text, sentence: text, counts: [1 << 40, 1, 1 << 50]),
      HeatMap(
        title: text, sentence: text, cells: [HeatMap.Cell(value: .nan, responses: -5)],
        scale: DivergingScale(around: .nan, width: 0)),
      RankingChart(
        title: text, sentence: text,
        units: [
          RankingChart.Unit(name: text, responses: .max, shrunk: 1e300, ranks: 1...(.max)),
          RankingChart.Unit(name: text, responses: 0, shrunk: nil),
        ], mean: -.infinity),
      CalendarChart(
        title: text, sentence: text, firstWeekday: 7,
        days: [CalendarChart.Day(month: 1, day: 1, value: .infinity, responses: 1)],
        scale: DivergingScale(around: .infinity, width: -3)),
      LevelChart(
        title: text, sentence: text, values: [.nan, -1e300, 1e300, .infinity, nil],
        labels: Array(repeating: text, count: 5), limit: .nan),
    ]
  }()

  static let empty: [any Chart] = [
    Samples.trend(0), Samples.faces([]), Samples.heat(0...0, days: 0), Samples.ranking(0),
    Samples.calendar(0), Samples.level(0),
  ]

  static let full: [any Chart] = [
    Samples.trend(1, gaps: 0), Samples.trend(53), Samples.trend(366), Samples.trend(30, gaps: 1),
    Samples.faces([1, 2, 3, 4]), Samples.heat(0...23, days: 7), Samples.ranking(130),
    Samples.ranking(1), Samples.calendar(366), Samples.calendar(31, firstWeekday: 5),
    Samples.level(1), Samples.level(400),
  ]

  @Test("a picture is well-formed, has its title and its sentence, and is an image")
  func structure() throws {
    for chart in Self.hostile + Self.empty + Self.full {
      for language in Language.allCases {
        for size in ChartSize.allCases {
          try check(chart.svg(size, in: language), chart.title, chart.sentence)
        }
      }
    }
    for count in [0, 1, 2, 53, 366] {
      let spark = Samples.spark(count)
      try check(spark.svg(), spark.title, spark.sentence)
    }
    let odd = Sparkline(
      title: Samples.hostile, sentence: "", values: [.nan, nil, 1e300], mean: .nan, range: 5...5)
    try check(odd.svg(), odd.title, "")
  }

  private func check(_ svg: String, _ title: String, _ sentence: String) throws {
    let document = try #require(SVGDocument(svg), "\(svg.prefix(2000))")
    let root = try #require(document.elements.first)
    #expect(root.name == "svg")
    #expect(root.attributes["role"] == "img")
    #expect(root.attributes["viewBox"]?.hasPrefix("0 0 ") == true)
    #expect(document.elements.dropFirst().prefix(2).map(\.name) == ["title", "desc"])
    #expect(document.elements[1].text == shown(title))
    #expect(document.elements[2].text == shown(sentence))
    let names: Set = ["svg", "title", "desc", "g", "path", "text"]
    let attributes: Set = ["class", "d", "x", "y"]
    for element in document.elements.dropFirst() {
      #expect(names.contains(element.name))
      #expect(attributes.isSuperset(of: element.attributes.keys))
      for key in ["x", "y"] {
        if let number = element.attributes[key] {
          #expect(Double("0" + number) != nil || Double(number) != nil)
        }
      }
    }
  }

  /// As XML can hold it.
  private func shown(_ text: String) -> String {
    text.replacing("\u{0}", with: "\u{FFFD}").replacing("\n", with: " ")
  }

  @Test("every class that a chart uses is in the style sheet")
  func classes() throws {
    var used: Set<Substring> = []
    for chart in Self.full + Self.empty {
      for size in ChartSize.allCases {
        let document = try #require(SVGDocument(chart.svg(size, in: .fi)))
        for element in document.elements {
          used.formUnion((element.attributes["class"] ?? "").split(separator: " "))
        }
      }
    }
    let plain: Set<Substring> = ["trend", "faces", "heat", "calendar", "level", "start", "name"]
    for name in used.subtracting(plain) {
      #expect(ChartStyle.css.contains(".\(name)"), "\(name)")
    }
  }

  @Test("no picture of a year, a week or a city is larger than its share of a page")
  func sizes() {
    for seed in 1...5 {
      let seed = UInt64(seed)
      for size in ChartSize.allCases {
        let calendar = Samples.calendar(366, firstWeekday: Int(seed), seed: seed)
        #expect(calendar.svg(size, in: .fi).utf8.count <= 16_500)
        let heat = Samples.heat(0...23, days: 7, seed: seed)
        #expect(heat.svg(size, in: .fi).utf8.count <= 21_500)
        let hours = Samples.heat(8...15, days: 5, seed: seed)
        #expect(hours.svg(size, in: .fi).utf8.count <= 8500)
        #expect(Samples.level(400, seed: seed).svg(size, in: .fi).utf8.count <= 6000)
        #expect(Samples.ranking(24, seed: seed).svg(size, in: .fi).utf8.count <= 11_000)
      }
      #expect(Samples.spark(53, seed: seed).svg().utf8.count <= 1200)
    }
  }

  @Test("a frame holds both widths")
  func frame() throws {
    let document = try #require(SVGDocument(Samples.trend(9).frame(in: .sv)))
    let roots = document.elements.filter { $0.name == "svg" }
    #expect(
      roots.map { $0.attributes["class"] }
        == ["chart trend chart-wide", "chart trend chart-compact"])
  }

  @Test("text is escaped by the interpolation itself")
  func escaping() {
    let markup: Markup = "<b>\("<i> & \"'")</b>\(0.25)\(-3)"
    #expect(markup.text == "<b>&lt;i&gt; &amp; &quot;&#39;</b>.3-3")
  }

  @Test("a path is found again where it was drawn, for random steps")
  func paths() throws {
    var random = Seeded()
    for _ in 0..<200 {
      var path = Path()
      var expected: [(x: Double, y: Double)] = []
      for step in 0..<30 {
        let x = Double(Int.random(in: -900...900, using: &random)) / 10
        let y =
          Bool.random(using: &random)
          ? expected.last?.y ?? 0 : Double(Int.random(in: -900...900, using: &random)) / 10
        if step == 0 || Int.random(in: 0..<6, using: &random) == 0 {
          path.move(x, y)
        } else {
          path.line(x, y)
        }
        expected.append((x, y))
      }
      let points = try #require(PathReader(path.data)).points
      let end = try #require(points.last)
      #expect(abs(end.x - expected[29].x) < 0.001, "\(Seeded.command)")
      #expect(abs(end.y - expected[29].y) < 0.001, "\(Seeded.command)")
      // What is level may be drawn in one; no other corner is lost.
      for (place, corner) in expected.enumerated().dropLast()
      where expected[place + 1].y != corner.y {
        #expect(points.contains { abs($0.x - corner.x) < 0.001 && abs($0.y - corner.y) < 0.001 })
      }
    }
  }
}
