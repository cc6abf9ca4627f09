public import CivilTime
import Registry

/// What the hours of a week, Monday 00 to Sunday 23 by the site's clocks, showed over a range.
public struct HourOfWeek: Sendable, Equatable {
  /// One hour of the week.
  public struct Cell: Sendable, Equatable {
    /// 1 = Monday … 7 = Sunday (ISO 8601).
    public let weekday: Int
    /// 0…23 by the local clock.
    public let hour: Int
    /// How often the range holds it: an hour that clocks jump over is not there, one that they
    /// pass twice is there twice.
    public internal(set) var hours: Int
    /// All responses of those hours.
    public internal(set) var tally: Tally
  }

  /// Cells of a week.
  public static let cellCount = 168

  /// 168 cells, Monday's first, by hour.
  public private(set) var cells: [Cell]

  /// - Parameter buttons: 2…5.
  public init(buttons: Int) {
    cells = (0..<HourOfWeek.cellCount).map { place in
      Cell(weekday: place / 24 + 1, hour: place % 24, hours: 0, tally: Tally(buttons: buttons))
    }
  }

  /// Adds one hour of the range.
  ///
  /// - Parameter place: 0…167, of ``SiteCalendar/hourOfWeek(_:)``.
  public mutating func add(_ tally: Tally, at place: Int) {
    cells[place].hours += 1
    cells[place].tally += tally
  }
}

extension SiteCalendar {
  /// Place of an hour in the local week: 0 = Monday 00 … 167 = Sunday 23.
  public func hourOfWeek(_ hour: UTCHour) -> Int {
    let day = offsets.day(of: hour)
    return (CivilDate.weekday(ofDay: day) - day) * 24 + hour + offsets.offsetHours(at: hour)
  }
}
