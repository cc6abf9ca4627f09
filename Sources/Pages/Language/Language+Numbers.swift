/// Numbers, written from digits alone: a formatter of Foundation costs more than a whole page.
extension Language {
  static let noBreakSpace = "\u{A0}"
  static let minus = "\u{2212}"

  /// Decimals that ``decimal(_:places:)`` writes at most.
  static let placesMax = 6

  /// `120 725` in Finnish and Swedish, with no-break spaces; `120,725` in English.
  public func integer(_ number: Int) -> String {
    (number < 0 ? Language.minus : "") + grouped(number.magnitude)
  }

  /// `86,5`, or `86.5` in English: rounded half away from zero.
  ///
  /// - Parameter places: digits after the mark, 0…6.
  /// - Returns: an en dash for what is no number, or is beyond ±10¹².
  public func decimal(_ number: Double, places: Int = 1) -> String {
    guard let scaled = Language.scaled(number, places: places) else { return "–" }
    return (scaled < 0 ? Language.minus : "") + unsigned(scaled, places: places)
  }

  /// Like ``decimal(_:places:)``, and `+` before what is above 0: `+2,5`, `−2,5`, `0,0`.
  public func signed(_ number: Double, places: Int = 1) -> String {
    guard let scaled = Language.scaled(number, places: places) else { return "–" }
    let sign = scaled > 0 ? "+" : scaled < 0 ? Language.minus : ""
    return sign + unsigned(scaled, places: places)
  }

  /// A share of 1 as `78 %`, or `78%` in English.
  public func percent(_ share: Double, places: Int = 0) -> String {
    let space = self == .en ? "" : Language.noBreakSpace
    return decimal(share * 100, places: places) + space + "%"
  }

  /// `84,1–89,9`; with spaces where a minus sign would meet the dash.
  public func interval(_ low: Double, _ high: Double, places: Int = 1) -> String {
    let (low, high) = (decimal(low, places: places), decimal(high, places: places))
    return high.hasPrefix(Language.minus) ? "\(low) – \(high)" : "\(low)–\(high)"
  }

  private func grouped(_ magnitude: UInt) -> String {
    let digits = Array(String(magnitude))
    var text = ""
    for (place, digit) in digits.enumerated() {
      if place > 0 && (digits.count - place) % 3 == 0 {
        text += self == .en ? "," : Language.noBreakSpace
      }
      text.append(digit)
    }
    return text
  }

  private func unsigned(_ scaled: Int, places: Int) -> String {
    let unit = Language.powerOfTen(places)
    let (whole, rest) = scaled.magnitude.quotientAndRemainder(dividingBy: UInt(unit))
    guard places > 0 else { return grouped(whole) }
    let digits = String(rest)
    return grouped(whole) + (self == .en ? "." : ",")
      + String(repeating: "0", count: places - digits.count) + digits
  }

  /// The number in units of its last place; nil where that is none.
  private static func scaled(_ number: Double, places: Int) -> Int? {
    precondition((0...placesMax).contains(places), "places: 0…6")
    guard number.isFinite, abs(number) <= 1e12 else { return nil }
    return Int((number * Double(powerOfTen(places))).rounded())
  }

  private static func powerOfTen(_ exponent: Int) -> Int {
    var power = 1
    for _ in 0..<exponent { power *= 10 }
    return power
  }
}
