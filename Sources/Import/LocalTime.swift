public import Registry

/// Times as exports of other suppliers write them: the place's own clock, often without offset.
public struct LocalTime: Sendable {
  private let offsets: ZoneOffsets

  /// - Parameter offsets: of the site's zone, for times that carry no offset.
  public init(offsets: ZoneOffsets) {
    self.offsets = offsets
  }

  /// UTC milliseconds since 1970; nil for a text that is no such time, or lies before 1970 or
  /// after the registry's end.
  ///
  /// `YYYY-MM-DD` and `HH:MM`, `HH:MM:SS` or `HH:MM:SS.fff` with `T` or a space between; then `Z`,
  /// `±HH:MM`, `±HHMM` or nothing for local time. Of an hour that autumn repeats the first is
  /// meant; in an hour that spring leaves out, the clock is taken not to have been moved yet.
  public func milliseconds(parsing text: String) -> Int64? {
    var bytes = Array(text.utf8)[...]
    guard bytes.count >= 16,
      let date = CivilDate(parsing: String(decoding: bytes.prefix(10), as: UTF8.self))
    else { return nil }
    bytes = bytes.dropFirst(10)
    guard let separator = bytes.popFirst(), "Tt ".utf8.contains(separator),
      let hour = Self.number(&bytes), hour <= 23, bytes.popFirst() == UInt8(ascii: ":"),
      let minute = Self.number(&bytes), minute <= 59
    else { return nil }
    var second = 0
    var fraction = 0
    if bytes.first == UInt8(ascii: ":") {
      bytes = bytes.dropFirst()
      guard let read = Self.number(&bytes), read <= 59 else { return nil }
      second = read
      if bytes.first == UInt8(ascii: ".") {
        let digits = bytes.dropFirst().prefix { (0x30...0x39).contains($0) }
        guard !digits.isEmpty else { return nil }
        for place in 0..<3 {
          let index = digits.startIndex + place
          fraction = fraction * 10 + (index < digits.endIndex ? Int(digits[index]) - 0x30 : 0)
        }
        bytes = bytes[digits.endIndex...]
      }
    }
    let localHour = date.daysSince1970 * 24 + hour
    let minutes: Int
    if bytes.isEmpty {
      minutes = utcHour(local: localHour) * 60 + minute
    } else {
      guard let offset = Self.offsetMinutes(bytes) else { return nil }
      minutes = localHour * 60 + minute - offset
    }
    guard minutes >= 0, minutes < Registry.hourEnd * 60 else { return nil }
    return Int64(minutes * 60 + second) * 1000 + Int64(fraction)
  }

  private func utcHour(local: Int) -> Int {
    // The larger offset is the earlier moment; no zone is further than 14 hours east.
    let before = offsets.offsetHours(at: local - 26)
    let after = offsets.offsetHours(at: local + 26)
    for offset in [max(before, after), min(before, after)]
    where offsets.offsetHours(at: local - offset) == offset {
      return local - offset
    }
    return local - before
  }

  private static func number(_ bytes: inout ArraySlice<UInt8>) -> Int? {
    guard let number = CivilDate.number(bytes.prefix(2)), bytes.count >= 2 else { return nil }
    bytes = bytes.dropFirst(2)
    return number
  }

  private static func offsetMinutes(_ bytes: ArraySlice<UInt8>) -> Int? {
    if bytes.elementsEqual("Z".utf8) || bytes.elementsEqual("z".utf8) { return 0 }
    var digits = bytes.dropFirst()
    guard let sign = bytes.first, "+-".utf8.contains(sign), let hours = number(&digits),
      hours <= 23
    else { return nil }
    if digits.first == UInt8(ascii: ":") { digits = digits.dropFirst() }
    guard let minutes = number(&digits), minutes <= 59, digits.isEmpty else { return nil }
    return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 60 + minutes)
  }
}
