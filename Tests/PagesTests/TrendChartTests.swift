import Testing

@testable import Pages

@Suite struct TrendChartTests {
  static let byteCountMax = 16_000

  @Test("a year of days fits into 16 000 bytes, whatever happened", arguments: [0, 1, 3, 9, 40])
  func size(_ gaps: Int) {
    for size in ChartSize.allCases {
      for seed in 1...5 {
        let chart = Samples.trend(366, gaps: gaps, seed: UInt64(seed))
        let bytes = chart.svg(size, in: .fi).utf8.count
        #expect(bytes <= Self.byteCountMax, "\(size), gaps \(gaps), seed \(seed): \(bytes)")
      }
    }
  }

  @Test("each value of a year is found on the line, to a tenth of a unit")
  func values() throws {
    let chart = Samples.trend(366, gaps: 0)
    let document = try #require(SVGDocument(chart.svg(.wide, in: .fi)))
    let line = try #require(document.paths("line fine").last)
    let points = try #require(PathReader(line)?.points)
    let legend = chart.legend(.wide, .fi)
    let layout = TrendLayout(chart, .wide, legendHeight: legend.height)
    #expect(points.count == 366)
    for (place, (drawn, point)) in zip(points, chart.points).enumerated() {
      #expect(abs(drawn.y - layout.y(point.index ?? 0)) < 0.1)
      #expect(abs(drawn.x - layout.x(place)) < 0.1)
    }
  }

  @Test(
    "each value of a few weeks is said, in the language's numbers", arguments: Language.allCases)
  func titles(_ language: Language) throws {
    let chart = Samples.trend(53)
    let document = try #require(SVGDocument(chart.svg(.wide, in: language)))
    let titles = document.texts("title")
    for point in chart.points {
      let own = titles.filter { $0.hasPrefix(point.period + ":") }
      let value = point.index.map { language.decimal($0) } ?? language.word(point.absence.word)
      #expect(own.contains { $0.contains(value) }, "\(point.period)")
    }
  }

  @Test("no line crosses a period without responses")
  func gaps() throws {
    var points = Samples.trend(10, gaps: 0).points
    points[4].index = nil
    points[4].responses = 0
    let chart = TrendChart(title: "t", sentence: "s", points: points, mean: 87)
    let document = try #require(SVGDocument(chart.svg(.wide, in: .fi)))
    let line = try #require(document.paths("line").last.flatMap(PathReader.init))
    #expect(line.subpaths == 2)
    #expect(line.points.count == 9)
    #expect(document.texts("title").contains("viikko 5: ei vastauksia"))
  }

  @Test("labels stand apart, at any width and number", arguments: [1, 2, 7, 20, 53, 60])
  func labels(_ count: Int) throws {
    for size in ChartSize.allCases {
      let document = try #require(
        SVGDocument(Samples.trend(count, gaps: 0).svg(size, in: .fi)))
      let labels = document.elements.filter {
        $0.name == "text" && $0.attributes["class"] == "mid"
      }
      #expect(!labels.isEmpty)
      var end = 0.0
      for label in labels {
        let x = try #require(label.attributes["x"].flatMap(Double.init))
        let half = TextWidth.of(label.text, fontSize: size.fontSize) / 2
        #expect(x - half >= end - 0.1)
        end = x + half
      }
      #expect(end <= size.width + 0.1)
    }
  }

  @Test("a signal has its shape and its word; two sides of a limit have two")
  func signals() {
    func mark(_ signals: Set<TrendSignal>, _ index: Double) -> TrendMark? {
      TrendMark(
        TrendChart.Point(period: "", responses: 9, index: index, signals: signals), mean: 50)
    }
    #expect(mark([], 40) == nil)
    #expect(mark([.beyondLimits, .run], 40)?.word == .belowLimits)
    #expect(mark([.beyondLimits], 60)?.word == .aboveLimits)
    #expect(mark([.trend, .twoOfThree], 60)?.signal == .trend)
    let shapes = TrendSignal.allCases.flatMap { signal in
      [40.0, 60].map { index in
        var path = Path()
        mark([signal], index)?.draw(0, 0, into: &path)
        return path.data
      }
    }
    #expect(Set(shapes).count == 5)
  }

  @Test("a focused scale holds every value, and says which it is")
  func scale() throws {
    for seed in 1...50 {
      let chart = Samples.trend(20, gaps: 5, seed: UInt64(seed))
      let layout = TrendLayout(chart, .wide, legendHeight: 0)
      for index in chart.points.compactMap(\.index) {
        #expect(layout.indexes.contains(index), "seed \(seed)")
      }
      let width = layout.indexes.upperBound - layout.indexes.lowerBound
      #expect(width >= IndexAxis.spanMin)
      #expect((0...100).contains(layout.indexes.lowerBound))
      let range = Language.en.interval(
        layout.indexes.lowerBound, layout.indexes.upperBound, places: 0)
      #expect(chart.svg(.compact, in: .en).contains("scale \(range)"))
    }
  }

  @Test("an annotation of no point is left out")
  func annotations() {
    let chart = TrendChart(
      title: "", sentence: "", points: [],
      annotations: [TrendChart.Annotation(place: 0, number: 1, text: "x")])
    #expect(chart.annotations.isEmpty)
  }
}
