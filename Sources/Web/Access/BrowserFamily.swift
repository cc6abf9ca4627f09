import HTTPTypes
import Hummingbird

/// What kind of browser asks, as far as it tells its owner one session from another.
enum BrowserFamily: String, Sendable, CaseIterable {
  case firefox = "Firefox"
  case edge = "Edge"
  case opera = "Opera"
  case samsung = "Samsung Internet"
  case chrome = "Chrome"
  case safari = "Safari"
  case other

  /// What `User-Agent` says: browsers name their forebears too, so the most special goes first.
  init(_ request: Request) {
    let said = request.headers[.userAgent] ?? ""
    let marks: [(mark: String, family: BrowserFamily)] = [
      ("Firefox/", .firefox), ("FxiOS/", .firefox), ("Edg", .edge), ("OPR/", .opera),
      ("SamsungBrowser/", .samsung), ("Chrome/", .chrome), ("CriOS/", .chrome),
      ("Safari/", .safari),
    ]
    self = marks.first { said.contains($0.mark) }?.family ?? .other
  }
}
