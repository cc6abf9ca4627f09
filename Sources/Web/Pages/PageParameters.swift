import CivilTime
import Pages
import Queries
import Reporting

/// What pages are asked for: all of it may be left out, and what a form sends empty is left out.
extension Parameters {
  static let pageLanguage = Parameter<Language?>(
    description: ParameterDescription(
      name: "lang", key: "pageLanguage", text: "The page's language.", schema: "{}")
  ) { text, _ in
    guard let text, !text.isEmpty else { return nil }
    guard let language = Language(rawValue: text) else {
      throw Problem.parameter(
        "lang",
        "'\(text)' is not one of " + Language.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return language
  }

  static let pageFrom = pageMoment("from")
  static let pageTo = pageMoment("to")

  static let pageBy = Parameter<ControlChartQuery.Period?>(
    description: ParameterDescription(
      name: "by", key: "pageBy", text: "The length of a point.", schema: "{}")
  ) { text, _ in
    guard let text, !text.isEmpty else { return nil }
    guard let period = ControlChartQuery.Period(rawValue: text) else {
      throw Problem.parameter("by", "'\(text)' is not one of day, week, month, quarter")
    }
    return period
  }

  static let pageQuestion = Parameter<String?>(
    description: ParameterDescription(
      name: "question", key: "pageQuestion", text: "The question that is shown.", schema: "{}")
  ) { text, _ in text.flatMap { $0.isEmpty ? nil : $0 } }

  static let pageNext = Parameter<String?>(
    description: ParameterDescription(
      name: "next", key: "pageNext", text: "Where it goes on after signing in.", schema: "{}")
  ) { text, _ in text }

  private static func pageMoment(_ name: String) -> Parameter<UTCHour?> {
    Parameter<UTCHour?>(
      description: ParameterDescription(
        name: name, key: "page_\(name)", text: "A date, or a time on the hour.", schema: "{}")
    ) { text, arguments in
      guard let text, !text.isEmpty else { return nil }
      let calendar = try arguments.site.calendar
      do throws(TimeTextError) {
        return try calendar.hour(parsing: text)
      } catch {
        throw Problem.parameter(name, error.description)
      }
    }
  }
}
