import Testing

@testable import Pages

/// Heat map, calendar and ranking: each value is found.
@Suite struct GridChartTests {
  @Test("each hour prints its value, and says its responses", arguments: Language.allCases)
  func heat(_ language: Language) throws {
    let chart = Samples.heat(0...23, days: 7)
    let wide = try #require(SVGDocument(chart.svg(.wide, in: language)))
    let titles = Set(wide.texts("title"))
    for (place, cell) in chart.cells.enumerated() where cell.responses > 0 {
      let value = cell.value.map { language.decimal($0) } ?? language.word(.fewResponses)
      let hours = language.hours(from: place % 24, to: place % 24 + 1)
      let words =
        "\(language.weekdayShort(place / 24 + 1)) \(hours): \(value), "
        + "n\u{A0}\(language.integer(cell.responses))"
      #expect(titles.contains(words), "\(words)")
    }
    for size in ChartSize.allCases {
      let document = try #require(SVGDocument(chart.svg(size, in: language)))
      let printed = document.texts("text").filter { !$0.isEmpty }
      for value in Set(chart.cells.compactMap(\.value).map { language.decimal($0, places: 0) }) {
        let expected = chart.cells.count {
          $0.value.map { language.decimal($0, places: 0) } == value
        }
        #expect(printed.count { $0 == value } >= expected)
      }
    }
  }

  @Test("what is hidden does not say how many there were", arguments: ChartSize.allCases)
  func hidden(_ size: ChartSize) {
    let cell = HeatMap.Cell(value: nil, responses: 4321, absence: .suppressed)
    let week = HeatMap(
      title: "t", sentence: "s", cells: [cell], scale: DivergingScale(around: 80, width: 5))
    #expect(!week.svg(size, in: .en).contains("4,321"))
    let point = TrendChart.Point(
      period: "week 1", responses: 4321, index: nil, absence: .suppressed)
    let trend = TrendChart(title: "t", sentence: "s", points: [point])
    #expect(!trend.svg(size, in: .en).contains("4,321"))
  }

  @Test("a week shows the hours in which anybody ever pressed, and all of them when nobody did")
  func hours() {
    func week(_ pressed: [Int]) -> HeatMap {
      HeatMap(
        title: "t", sentence: "s",
        cells: (0..<HeatMap.cellCount).map {
          HeatMap.Cell(value: nil, responses: pressed.contains($0) ? 3 : 0)
        }, scale: DivergingScale(around: 80, width: 5))
    }
    #expect(week([]).hours == 0..<24)
    #expect(week([9]).hours == 9..<10)
    #expect(week([9, 3 * 24 + 15, 24 + 8]).hours == 8..<16)
    #expect(week([0, 6 * 24 + 23]).hours == 0..<24)
  }

  @Test("cells do not overlap, and lie within the picture")
  func cells() {
    for size in ChartSize.allCases {
      let grid = HeatGrid(size, hours: 0..<24, top: 20)
      let corners = (0..<168).map { grid.corner(weekday: $0 / 24, hour: $0 % 24) }
      #expect(Set(corners.map { "\($0.x) \($0.y)" }).count == 168)
      #expect(corners.allSatisfy { $0.x + grid.cellWidth <= size.width })
    }
  }

  @Test("a value has the step that its printed number says", arguments: [1, 2, 3, 5, 10])
  func steps(_ width: Int) {
    let scale = DivergingScale(around: 87.2, width: width)
    #expect(scale.step(87) == 3)
    for tenth in 0...1000 {
      let value = Double(tenth) / 10
      #expect(scale.step(value) == scale.step(value.rounded()))
    }
    let steps = (0...100).map { scale.step(Double($0)) }
    #expect(steps == steps.sorted())
    #expect(Set(steps) == (width < 10 ? [1, 2, 3, 4, 5] : Set(steps)))
    for step in 2...4 { #expect(steps.count { $0 == step } <= width) }
    #expect(scale.words(1, in: .en) == "below \(scale.bounds[0])")
  }

  @Test("steps are told apart by their bars alone")
  func bars() {
    let bars = (1...5).map { step in
      var path = Path()
      path.stepBar(step, 5, 5, width: 11)
      return path.data
    }
    #expect(Set(bars).count == 5)
  }

  @Test("words of the steps leave no number out")
  func stepWords() {
    let scale = DivergingScale(around: 87, width: 5)
    #expect(
      (1...5).map { scale.words($0, in: .fi) }
        == ["alle 80", "80–84", "85–89", "90–94", "95 tai yli"])
    let fine = DivergingScale(around: 50, width: 1)
    #expect(
      (1...5).map { fine.words($0, in: .sv) } == ["under 49", "49", "50", "51", "52 eller över"])
  }

  @Test("each day of a year is drawn once, where its week and weekday are")
  func calendar() throws {
    for firstWeekday in 1...7 {
      let chart = Samples.calendar(366, firstWeekday: firstWeekday)
      for size in ChartSize.allCases {
        let document = try #require(SVGDocument(chart.svg(size, in: .fi)))
        let layout = CalendarLayout(chart, size, top: 0)
        let corners = chart.days.indices.map(layout.corner)
        #expect(Set(corners.map { "\($0.x) \($0.y)" }).count == 366)
        #expect(corners.allSatisfy { $0.x + layout.pitch <= size.width + 0.1 })
        for step in 1...5 {
          let drawn = document.paths("s\(step)").compactMap(PathReader.init).map(\.subpaths)
          let expected = chart.days.count { $0.value.map(chart.scale.step) == step }
          // One more is its key.
          #expect(drawn.reduce(0, +) == expected + 1)
        }
      }
    }
  }

  @Test("each value of a year is said to a pointer, by week")
  func calendarTitles() throws {
    let chart = Samples.calendar(366)
    let document = try #require(SVGDocument(chart.svg(.wide, in: .fi)))
    let weeks = document.texts("title").dropFirst()
    #expect(weeks.count == 53)
    let said = weeks.flatMap { $0.split(separator: " ").dropFirst() }
      .joined(separator: " ").split(separator: ", ")
    for value in Set(chart.days.compactMap(\.value).map { Language.fi.decimal($0, places: 0) }) {
      let expected = chart.days.count {
        $0.value.map { Language.fi.decimal($0, places: 0) } == value
      }
      #expect(said.joined(separator: " ").split(separator: " ").count { $0 == value } == expected)
    }
  }

  @Test("each unit stands where its shrunk index is, with its interval around it")
  func ranking() throws {
    let chart = Samples.ranking(24)
    let document = try #require(SVGDocument(chart.svg(.wide, in: .fi)))
    let layout = RankingLayout(chart, .wide, legendHeight: 0)
    let dots = document.paths("dot").dropFirst().compactMap(PathReader.init)
    let reaches = document.paths("reach").dropFirst().compactMap(PathReader.init)
    let ranked = chart.units.filter { $0.shrunk != nil }
    #expect(dots.count == 23)
    for (unit, (dot, reach)) in zip(ranked, zip(dots, reaches)) {
      let shrunk = try #require(unit.shrunk)
      let interval = try #require(unit.interval)
      #expect(layout.indexes.contains(interval.lowerBound))
      #expect(abs(dot.points[0].x - layout.x(shrunk)) < 0.1)
      #expect(abs(reach.points[0].x - layout.x(interval.lowerBound)) < 0.1)
      #expect(abs(reach.points[1].x - layout.x(interval.upperBound)) < 0.1)
    }
    #expect(document.texts("text").contains("laite ei yhteydessä"))
  }

  @Test("a sparkline has a dot where a value stands alone, and one at its end")
  func spark() throws {
    let spark = Sparkline(title: "t", sentence: "s", values: [80, nil, 85, 90, nil])
    let document = try #require(SVGDocument(spark.svg()))
    #expect(document.paths("dot tiny").compactMap(PathReader.init).map(\.subpaths) == [1])
    #expect(document.paths("line fine").compactMap(PathReader.init).map(\.points.count) == [2])
    #expect(document.paths("dot").count == 1)
  }
}
