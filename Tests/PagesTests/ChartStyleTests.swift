import Foundation
import Pages
import Testing

@Suite struct ChartStyleTests {
  /// Colours by name, of light and of dark.
  static let palettes: [[String: String]] = {
    let parts = ChartStyle.css.components(separatedBy: "prefers-color-scheme: dark")
    let texts = [parts[0], parts.dropFirst().first?.components(separatedBy: "\n}").first ?? ""]
    return texts.map { text in
      var colors: [String: String] = [:]
      for declaration in text.components(separatedBy: ";") {
        guard let start = declaration.range(of: "--") else { continue }
        let pair = declaration[start.upperBound...].components(separatedBy: ":")
        if pair.count == 2 { colors[pair[0]] = pair[1].trimmingCharacters(in: .whitespaces) }
      }
      return colors
    }
  }()

  /// WCAG 2.2's ratio.
  static func contrast(_ one: String, _ other: String) -> Double {
    let (a, b) = (luminance(one), luminance(other))
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)
  }

  private static func luminance(_ color: String) -> Double {
    var digits = Array(color.dropFirst())
    if digits.count == 3 { digits = digits.flatMap { [$0, $0] } }
    let channels = stride(from: 0, to: 6, by: 2).map { place -> Double in
      let value = Double(Int(String(digits[place...place + 1]), radix: 16) ?? 0) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
  }

  @Test("text stands out by 4.5 to 1, in light and dark", arguments: [0, 1])
  func text(_ palette: Int) throws {
    let colors = Self.palettes[palette]
    var pairs = [("chart-ink", "chart-paper"), ("chart-muted", "chart-paper")]
    pairs += (1...5).map { ("t\($0)", "s\($0)") }
    for (ink, paper) in pairs {
      let ratio = Self.contrast(try #require(colors[ink]), try #require(colors[paper]))
      #expect(ratio >= 4.5, "\(ink) on \(paper): \(ratio)")
    }
  }

  @Test("what is drawn stands out by 3 to 1, in light and dark", arguments: [0, 1])
  func graphics(_ palette: Int) throws {
    let colors = Self.palettes[palette]
    let paper = try #require(colors["chart-paper"])
    let names =
      ["line", "mean", "limit", "high", "low", "absence", "axis", "reach"].map { "chart-\($0)" }
      + (1...5).map { "e\($0)" }
    for name in names {
      let ratio = Self.contrast(try #require(colors[name]), paper)
      #expect(ratio >= 3, "\(name): \(ratio)")
    }
    let band = try #require(colors["chart-band"])
    for name in ["chart-line", "chart-high", "chart-low", "chart-mean", "chart-limit"] {
      #expect(Self.contrast(try #require(colors[name]), band) >= 3, "\(name) on the band")
    }
  }

  @Test("both palettes have the same names")
  func names() {
    #expect(Set(Self.palettes[0].keys) == Set(Self.palettes[1].keys))
    #expect(Self.palettes[0].count > 20)
  }

  @Test("the style sheet asks for nothing from elsewhere, and is small")
  func closed() {
    #expect(!ChartStyle.css.contains("url("))
    #expect(!ChartStyle.css.contains("@import"))
    #expect(ChartStyle.css.utf8.count < 8000)
  }
}
