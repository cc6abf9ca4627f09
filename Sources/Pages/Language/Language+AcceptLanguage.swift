extension Language {
  /// Ranges of a header that are looked at; no browser sends as many.
  static let acceptedRangesMax = 32

  /// The language that an `Accept-Language` header likes best (RFC 9110, 12.5.4).
  ///
  /// Among equals the earlier one. A language that the header gives quality 0 is not taken, even
  /// where it takes `*`, which stands for the first of fi, sv and en that it does not name.
  ///
  /// - Returns: nil where the header names none of ours.
  public init?(acceptLanguage header: String) {
    var qualities: [Language: Int] = [:]
    var order: [Language] = []
    var anyQuality = 0
    let ranges = header.split(separator: ",", maxSplits: Language.acceptedRangesMax)
    for range in ranges.prefix(Language.acceptedRangesMax) {
      let parts = range.split(separator: ";")
      guard let tag = parts.first.map(Language.trimmed),
        let quality = Language.thousandths(ofQuality: parts.dropFirst())
      else { continue }
      if tag == "*" {
        anyQuality = max(anyQuality, quality)
      } else if let language = Language(code: tag) {
        if qualities[language] == nil { order.append(language) }
        qualities[language] = max(qualities[language] ?? 0, quality)
      }
    }
    for language in Language.allCases where qualities[language] == nil {
      qualities[language] = anyQuality
      order.append(language)
    }
    var best: (language: Language, quality: Int)?
    for language in order {
      let quality = qualities[language] ?? 0
      if quality > best?.quality ?? 0 { best = (language, quality) }
    }
    guard let best else { return nil }
    self = best.language
  }

  private static func trimmed(_ text: Substring) -> String {
    String(text.filter { $0 != " " && $0 != "\t" })
  }

  /// 1000 without a `q`; nil where what stands there is none.
  private static func thousandths(ofQuality parameters: ArraySlice<Substring>) -> Int? {
    for parameter in parameters.map(trimmed) where parameter.lowercased().hasPrefix("q=") {
      let digits = Array(parameter.dropFirst(2).utf8)
      guard let first = digits.first, first == UInt8(ascii: "0") || first == UInt8(ascii: "1"),
        digits.count <= 5, digits.count == 1 || digits[1] == UInt8(ascii: ".")
      else { return nil }
      var value = Int(first - UInt8(ascii: "0")) * 1000
      var weight = 100
      for digit in digits.dropFirst(2) {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
        value += Int(digit - UInt8(ascii: "0")) * weight
        weight /= 10
      }
      return value <= 1000 ? value : nil
    }
    return 1000
  }
}
