public import CivilTime
import Registry

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
    guard
      let fields = RFC3339.Fields(
        parsing: text, allowing: [.noSeconds, .noOffset, .noColonInOffset]),
      fields.second <= 59
    else { return .unreadable }
    func milliseconds(_ seconds: Int) -> Int64? {
      guard (0..<Registry.hourEnd * 3600).contains(seconds) else { return nil }
      return Int64(seconds) * 1000 + Int64(fields.millisecond)
    }
    if let offset = fields.offsetMinutes {
      return milliseconds(fields.clockSeconds - offset * 60).map { .at($0) } ?? .unreadable
    }
    switch offsets.reading(clockSeconds: fields.clockSeconds) {
    case .once(let second): return milliseconds(second).map { .at($0) } ?? .unreadable
    case .twice(let first, _):
      return milliseconds(first).map { .repeated(first: $0) } ?? .unreadable
    case .never(let unmoved):
      return milliseconds(unmoved).map { .leftOut(unmoved: $0) } ?? .unreadable
    }
  }
}
