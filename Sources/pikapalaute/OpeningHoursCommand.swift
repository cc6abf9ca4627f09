import ArgumentParser
import CivilTime
import Foundation
import Registry

/// `pikapalaute opening-hours`: what opening hours come to, day by day.
struct OpeningHoursCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "opening-hours",
    abstract: "Show what opening hours come to, day by day.",
    discussion: """
      A line a day: date, weekday, times of the local clock or 'closed', and the holiday's name. \
      docs/coverage.md lists what may be written. Ends with 78 for anything else.
      """)

  @Argument(help: "Such as 'Mo-Fr 08:00-16:00; Sa 10:00-14:00; PH off'.")
  var hours: String

  @Option(help: "First day, YYYY-MM-DD; without it today, UTC.")
  var from: String?

  @Option(help: "Number of days, 1 to 50000.")
  var days = 14

  @Option(help: "What PH means: fi, or fi-with-eves.")
  var holidays = "fi"

  func run() async throws {
    try await reportingFailure {
      guard let calendar = Holidays.Calendar(rawValue: holidays) else {
        throw OptionError(
          "--holidays", holidays,
          Holidays.Calendar.allCases.map(\.rawValue).joined(separator: " or "))
      }
      guard (1...50_000).contains(days) else {
        throw OptionError("--days", "\(days)", "1 to 50000")
      }
      let today = Int((Date().timeIntervalSince1970 / 86_400).rounded(.down))
      guard let first = from.map({ CivilDate(parsing: $0)?.daysSince1970 }) ?? today else {
        throw OptionError("--from", from ?? "", "a date that exists, YYYY-MM-DD")
      }
      let hours: OpeningHours
      do throws(OpeningHoursError) {
        hours = try OpeningHours(parsing: self.hours)
      } catch {
        say("opening hours \(error.description)")
        throw ExitCode(78)
      }
      let holidays = Holidays(calendar)
      for day in first..<first + days { print(Self.line(day, hours, holidays)) }
    }
  }

  private static func line(_ day: Int, _ hours: OpeningHours, _ holidays: Holidays) -> String {
    let weekday = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"][CivilDate.weekday(ofDay: day)]
    let minutes = hours.minutes(ofDay: day, holidays: holidays)
    let times =
      minutes.isEmpty
      ? "closed"
      : minutes.map { "\(clock($0.lowerBound))-\(clock($0.upperBound))" }.joined(separator: ",")
    let name = holidays.name(ofDay: day).map { " (\($0))" } ?? ""
    return "\(CivilDate(daysSince1970: day)) \(weekday) \(times)\(name)"
  }

  private static func clock(_ minute: Int) -> String {
    let (hour, rest) = minute.quotientAndRemainder(dividingBy: 60)
    return "\(hour < 10 ? "0" : "")\(hour):\(rest < 10 ? "0" : "")\(rest)"
  }
}
