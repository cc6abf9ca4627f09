/// A picture of numbers, as SVG that stands in a page.
///
/// A chart has no style of its own, no script and no ids: ``ChartStyle`` gives its classes their
/// colours, and any number of charts stand on one page. It has a title and a sentence that says
/// what it shows; its numbers stand in a table beside it.
public protocol Chart: Sendable {
  /// Its name, a few words.
  var title: String { get }
  /// What the picture shows, for who cannot see it.
  var sentence: String { get }

  /// The picture for one width of room.
  func svg(_ size: ChartSize, in language: Language) -> String
}

extension Chart {
  /// Both widths in a frame, of which the style sheet shows the one that fits its column.
  public func frame(in language: Language) -> String {
    "<div class=\"chart-frame\">" + svg(.wide, in: language) + svg(.compact, in: language)
      + "</div>"
  }
}

/// For how much room a chart is drawn.
public enum ChartSize: CaseIterable, Sendable {
  /// A column of 560 pixels or more.
  case wide
  /// A telephone, from 320 pixels on. Says nothing that only a mouse would find.
  case compact

  /// What the style sheet calls it.
  var name: StaticString { self == .wide ? "chart-wide" : "chart-compact" }

  /// Units of the picture.
  var width: Double { self == .wide ? 720 : 360 }

  /// Of every text, unless a chart says smaller; as in the style sheet.
  var fontSize: Double { self == .wide ? 14 : 12.5 }

  /// Units of a small text, within a cell.
  var smallFontSize: Double { self == .wide ? 12 : 11.5 }
}
