import TestSupport
import Testing

@testable import Web

/// Content negotiation as RFC 9110, 12.5.1, has it.
@Suite struct AcceptTests {
  private static let profile = "profile=\"https://json-stat.org/format/\""

  /// What is chosen of JSON, CSV and JSON-stat; nil = 406.
  private static func chosen(_ fields: String...) -> TableFormat? {
    Accept(fields).best(of: TableFormat.allCases, \.mediaType)
  }

  @Test(
    "quality, specificity and parameters choose",
    arguments: [
      // Nothing said, or everything welcome.
      ("", .json), ("*/*", .json), ("application/*", .json), ("application/json", .json),
      ("*/*;q=0.1", .json), (" , ,", .json),
      // Named.
      ("text/csv", .csv), ("text/*", .csv), ("TEXT/CSV", .csv), ("text/csv, */*", .csv),
      ("text/csv;q=0.5, */*;q=0.1", .csv), ("text/csv, application/json;q=0.9", .csv),
      ("text/csv;q=0.9, application/json", .json), ("application/json, text/csv", .json),
      ("text/csv, application/json", .json), ("text/csv;q=0.001", .csv),
      ("text/html, text/csv;q=0.3", .csv),
      // Not wanted.
      ("text/csv;q=0", .json), ("text/csv;q=0.000, */*", .json), ("text/csv;q=0, text/*", .json),
      ("application/json;q=0, */*", .csv), ("application/*;q=0, text/csv;q=0.1", .csv),
      ("application/json;q=0", nil), ("*/*;q=0", nil), ("text/html, */*;q=0.0", nil),
      ("application/json;q=0, text/csv;q=0", nil), ("application/*;q=0, text/plain", nil),
      // The most specific range counts, whatever stands first and however little it is.
      ("application/json;q=0.1, */*;q=0.5", .csv),
      ("text/*;q=0.9, text/csv;q=0.2, */*;q=0.5", .json),
      ("*/*, text/*;q=0", .json), ("text/*;q=0, text/csv, application/json;q=0.5", .csv),
      // Parameters.
      ("text/csv;charset=UTF-8", .csv), ("text/csv; header=present ; q=1", .csv),
      ("text/csv;charset=\"utf-8\"", .csv), ("text/csv;header=absent", .json),
      ("text/csv;charset=latin1, application/json;q=0.1", .json),
      ("application/json;charset=utf-8, text/csv;q=0.9", .json),
      ("text/csv;q=0.1;header=present", .csv), ("text/csv;;q=1", .csv),
      ("text/csv;header=present;q=0, text/csv", .json),
      ("application/json;\(profile)", .jsonStat),
      ("application/json;q=0.5, application/json;\(profile)", .jsonStat),
      ("application/json;\(profile);q=0.5, application/json", .json),
      ("application/json;\(profile);q=0, text/csv;q=0.1", .csv),
      ("application/json;profile=\"a, text/csv;q=1\", text/csv;q=0.2", .csv),
      // Not by the grammar: left out.
      ("text/csv;q=1.5", .json), ("text/csv;q=0.1234", .json), ("text/csv;q=", .json),
      ("text/csv;q=1.001", .json), ("text/csv;q=.5", .json), ("text/csv;q=-1", .json),
      ("text/csv;q", .json), ("text", .json), ("text/", .json), ("/csv", .json), ("*", .json),
      ("*/csv", .json), ("text/csv/x", .json), ("text /csv", .json), ("text/csv;a=\"", .json),
      ("text/html, image/gif, *; q=.2, */*; q=.2", .json),
      ("text/csv;q=x, application/json", .json),
      ("text/csv;q=x, text/csv;q=0.2", .csv), ("ääkköset/*;q=0", .json),
      // Nothing that is here: JSON, which a client that asked for a page can still read.
      ("text/html", .json), ("text/html, application/xhtml+xml;q=0.9", .json), ("image/*", .json),
    ] as [(String, TableFormat?)])
  func table(header: String, wanted: TableFormat?) {
    #expect(Self.chosen(header) == wanted, "\(header)")
  }

  @Test("several headers are one list, and a broken one does not swallow the next")
  func several() {
    #expect(Self.chosen("text/csv;q=0.5", "application/json;q=0.1") == .csv)
    #expect(Self.chosen("application/json;q=0.5, text/html", "text/csv") == .csv)
    #expect(Self.chosen("image/png;a=\"", "text/csv") == .csv)
    #expect(Accept([]) == Accept([""]))
  }

  /// The same question answered slowly: every range tried for every offer.
  private static func slowly(_ ranges: [(text: String, parts: [String], weight: Int)])
    -> TableFormat?
  {
    func weight(_ format: TableFormat) -> (Int, Int)? {
      let names = format == .csv ? ["text", "csv"] : ["application", "json"]
      for closeness in [3, 2, 1, 0] {
        let weights = ranges.filter { range in
          let hasParameter = range.parts.count == 3
          let matches =
            (range.parts[0] == "*" || range.parts[0] == names[0])
            && (range.parts[1] == "*" || range.parts[1] == names[1])
            && (!hasParameter || format == .jsonStat)
          let stars = range.parts.prefix(2).filter { $0 == "*" }.count
          return matches && closeness == 2 - stars + (hasParameter ? 1 : 0)
        }.map(\.weight)
        if let most = weights.max() { return (most, closeness) }
      }
      return nil
    }
    let wanted = TableFormat.allCases.filter { (weight($0)?.0 ?? 0) > 0 }
    let order: [TableFormat: (Int, Int)] = Dictionary(
      uniqueKeysWithValues: wanted.map { ($0, weight($0) ?? (0, 0)) })
    let best = order.values.max { $0 < $1 }
    for format in wanted {
      if let found = order[format], let best, found == best { return format }
    }
    return weight(.json) == nil ? .json : nil
  }

  @Test("random headers choose what trying every range chooses, in any order of the ranges")
  func random() {
    var generator = Seeded(stream: 990)
    let kinds: [[String]] = [
      ["*", "*"], ["application", "*"], ["text", "*"], ["application", "json"], ["text", "csv"],
      ["application", "json", Self.profile], ["text", "html"], ["image", "*"],
    ]
    for _ in 0..<5000 {
      let count = Int.random(in: 1...5, using: &generator)
      var ranges = (0..<count).map { _ -> (text: String, parts: [String], weight: Int) in
        let parts = generator.pick(kinds)
        let weight = generator.pick([0, 0, 1, 100, 500, 999, 1000])
        let blank = generator.pick(["", " ", "\t"])
        let fraction = weight == 1000 ? "1.000" : "0." + "\(1000 + weight)".dropFirst()
        var text = "\(parts[0])/\(parts[1])"
        if parts.count == 3 { text += ";\(blank)\(parts[2])" }
        if weight < 1000 || generator.oneIn(2) { text += "\(blank);\(blank)q=\(fraction)" }
        return (text, parts, weight)
      }
      let wanted = Self.slowly(ranges)
      for _ in 0..<3 {
        let header = ranges.map(\.text).joined(separator: generator.pick([",", ", ", " ,,"]))
        #expect(Self.chosen(header) == wanted, "\(header); \(Seeded.command)")
        ranges.shuffle(using: &generator)
      }
    }
  }

  @Test("no bytes at all upset it, and a format that is chosen is never one that is forbidden")
  func noise() {
    var generator = Seeded(stream: 991)
    let pieces = [
      "text", "csv", "application", "json", "*", "/", ";", ",", "q=", "=", "0", "1", ".", "\"",
      "\\", " ", "\t", "charset=utf-8", "ä", "\u{0}", Self.profile,
    ]
    for _ in 0..<20_000 {
      let header = (0..<Int.random(in: 0...14, using: &generator))
        .map { _ in generator.pick(pieces) }.joined()
      let accept = Accept([header])
      #expect(accept.ranges.allSatisfy { (0...1000).contains($0.weight) })
      if let format = Self.chosen(header), let wanted = accept.weight(of: format.mediaType) {
        #expect(wanted.weight > 0, "\(header); \(Seeded.command)")
      }
    }
  }
}
