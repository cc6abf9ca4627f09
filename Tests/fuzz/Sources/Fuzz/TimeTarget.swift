import CivilTime
import Foundation
import Ingest
import Reporting

private let calendar: SiteCalendar = {
  guard let zone = TimeZone(identifier: "Europe/Helsinki") else { fatalError("no time zones") }
  return SiteCalendar(timeZone: zone)
}()

/// Times in addresses and in the JSON form: what is read is written and read as the same.
@Sendable
func fuzzTime(_ input: [UInt8]) {
  let text = String(decoding: input, as: UTF8.self)
  if let hour = try? calendar.hour(parsing: text) {
    let again = try? calendar.hour(parsing: calendar.format(hour: hour))
    require(again == hour, "hour \(hour) becomes \(again as Any)")
  }
  if let milliseconds = RFC3339.milliseconds(parsing: text) {
    let again = RFC3339.milliseconds(parsing: RFC3339.format(milliseconds: milliseconds))
    require(again == milliseconds, "\(milliseconds) ms becomes \(again as Any)")
  }
}
