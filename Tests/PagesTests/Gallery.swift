import Foundation
import Pages
import Testing

/// Every chart on one page, to be looked at: `GALLERY=folder swift test --filter Gallery`.
@Suite struct Gallery {
  static let charts: [(String, any Chart, Language)] = [
    ("Trend, 20 weeks", Samples.trend(20), .fi),
    ("Trend, 53 weeks, 0–100", Samples.trend(53, scale: .full, annotations: 5), .fi),
    ("Trend, a year of days", Samples.trend(366, gaps: 20), .sv),
    ("Trend, one point", Samples.trend(1, gaps: 0, annotations: 1), .en),
    ("Trend, nothing", Samples.trend(0), .en),
    ("Trend, gaps alone", Samples.trend(12, gaps: 1), .fi),
    ("Hours of a health station", Samples.heat(7...17, days: 5), .fi),
    ("Hours of an emergency room", Samples.heat(0...23, days: 7), .en),
    ("Hours of nobody", Samples.heat(0...0, days: 0), .sv),
    ("Days of a year", Samples.calendar(366), .fi),
    ("Days of a year that begins on a Sunday", Samples.calendar(366, firstWeekday: 7), .en),
    ("Days of two months", Samples.calendar(60, firstWeekday: 3), .sv),
    ("No days", Samples.calendar(0), .sv),
    ("Level", Samples.level(400), .fi),
    ("Level of a day", Samples.level(1), .en),
    ("Ranking", Samples.ranking(24), .fi),
    ("Ranking of two", Samples.ranking(2), .en),
    ("Ranking of none", Samples.ranking(0), .en),
    ("Faces, 4", Samples.faces([5030, 6200, 21_000, 88_495]), .fi),
    ("Faces, 5", Samples.faces([400, 600, 1500, 3000, 4000]), .sv),
    ("Faces, 2", Samples.faces([3, 9]), .en),
    ("Faces, one-sided", Samples.faces([1, 0, 2, 997]), .fi),
    ("Faces, nobody", Samples.faces([0, 0, 0, 0]), .fi),
  ]

  @Test("the gallery is written where GALLERY says")
  func write() throws {
    var body = ""
    for (name, chart, language) in Self.charts {
      body += "<section lang=\"\(language.rawValue)\"><h2>\(name)</h2>"
      body += chart.frame(in: language) + "</section>"
    }
    body += "<h2>Sparklines</h2><table>"
    for seed in 1...4 {
      let spark = Samples.spark(20, gaps: seed * 2 - 2, seed: UInt64(seed)).svg()
      body += "<tr><td>Kallion terveysasema</td><td>\(spark)</td><td>87,3</td></tr>"
    }
    body += "</table>"
    #expect(SVGDocument("<body>" + body + "</body>") != nil)
    guard let folder = ProcessInfo.processInfo.environment["GALLERY"] else { return }
    let page = """
      <!doctype html><html lang="fi"><meta charset="utf-8"><title>Gallery</title>
      <meta name="viewport" content="width=device-width"><style>\(ChartStyle.css)
      body{font:16px/1.5 system-ui,sans-serif;margin:16px;background:var(--chart-paper);\
      color:var(--chart-ink)}h2{font-size:16px;margin:28px 0 8px}</style><body>\(body)</body></html>
      """
    try Data(page.utf8).write(
      to: URL(fileURLWithPath: folder).appendingPathComponent("gallery.html"))
  }
}
