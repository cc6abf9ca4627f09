public import Registry

/// Times as exports of other suppliers write them: the place's own clock, often without offset.
public struct LocalTime: Sendable {
  private let offsets: ZoneOffsets

  /// - Parameter offsets: of the site's zone, for times that carry no offset.
  public init(offsets: ZoneOffsets) {
    self.offsets = offsets
  }

  /// What a text says; times are UTC milliseconds since 1970.
  public enum Moment: Sendable, Equatable {
    case at(Int64)
    /// In the hour that autumn repeats, without an offset: the first of the two.
    case repeated(first: Int64)
    /// In the hour that spring leaves out, without an offset: no such time. `unmoved` is when a
    /// clock would have shown it that was not put forward.
    case leftOut(unmoved: Int64)
    /// Not of the form, before 1970 or after the registry's end.
    case unreadable
  }

  /// Reads `YYYY-MM-DD` and `HH:MM`, `HH:MM:SS` or `HH:MM:SS.fff` with `T` or a space between; then
  /// `Z`, `±HH:MM`, `±HHMM` or nothing for local time.
  public func moment(parsing text: String) -> Moment {
    var bytes = Array(text.utf8)[...]
    guard bytes.count >= 16,
      let date = CivilDate(parsing: String(decoding: bytes.prefix(10), as: UTF8.self))
    else { return .unreadable }
    bytes = bytes.dropFirst(10)
    guard let separator = bytes.popFirst(), "Tt ".utf8.contains(separator),
      let hour = Self.number(&bytes), hour <= 23, bytes.popFirst() == UInt8(ascii: ":"),
      let minute = Self.number(&bytes), minute <= 59, let past = Self.millisecondsPast(&bytes)
    else { return .unreadable }
    let localHour = date.daysSince1970 * 24 + hour
    func milliseconds(offsetMinutes: Int) -> Int64? {
      let minutes = localHour * 60 + minute - offsetMinutes
      guard minutes >= 0, minutes < Registry.hourEnd * 60 else { return nil }
      return Int64(minutes) * 60_000 + past
    }
    if !bytes.isEmpty {
      guard let offset = Self.offsetMinutes(bytes), let at = milliseconds(offsetMinutes: offset)
      else { return .unreadable }
      return .at(at)
    }
    // No zone is further than 14 hours from Greenwich.
    let before = offsets.offsetHours(at: localHour - 26)
    let after = offsets.offsetHours(at: localHour + 26)
    let isBefore = offsets.offsetHours(at: localHour - before) == before
    let isAfter = offsets.offsetHours(at: localHour - after) == after
    guard let at = milliseconds(offsetMinutes: (isBefore || !isAfter ? before : after) * 60)
    else { return .unreadable }
    if !isBefore && !isAfter { return .leftOut(unmoved: at) }
    return isBefore && isAfter && before != after ? .repeated(first: at) : .at(at)
  }

  /// `:SS`, `:SS.fff` or nothing; nil for anything else after the minutes that is no offset.
  private static func millisecondsPast(_ bytes: inout ArraySlice<UInt8>) -> Int64? {
    guard bytes.first == UInt8(ascii: ":") else { return 0 }
    bytes = bytes.dropFirst()
    guard let second = number(&bytes), second <= 59 else { return nil }
    guard bytes.first == UInt8(ascii: ".") else { return Int64(second) * 1000 }
    let digits = bytes.dropFirst().prefix { (0x30...0x39).contains($0) }
    guard !digits.isEmpty else { return nil }
    var fraction = 0
    for place in 0..<3 {
      let index = digits.startIndex + place
      fraction = fraction * 10 + (index < digits.endIndex ? Int(digits[index]) - 0x30 : 0)
    }
    bytes = bytes[digits.endIndex...]
    return Int64(second) * 1000 + Int64(fraction)
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
