import CivilTime
import HTTPTypes
import Ingest
import Pages
import Queries
import Registry
import Reporting
import Store

/// The parameters that several endpoints have, or one.
enum Parameters {
  private static let id = #"{"type":"string","pattern":"^[a-z0-9][a-z0-9-]{0,30}$"}"#
  private static let nodeID = ##"{"$ref":"#/components/schemas/NodeID"}"##
  private static let time =
    #"{"type":"string","anyOf":[{"format":"date"},{"format":"date-time"}]}"#

  // MARK: Of paths

  static let site = Parameter<String>.path(
    "site", "The site that is served here.", schema: id, example: #""helsinki""#)
  static let device = Parameter<String>.path(
    "device", "A device of the registry.", schema: id, example: #""rd-0042""#)
  static let nodeOfPath = Parameter<String>.path(
    "node", key: "nodeOfPath", "A node, or the site's own id for everything.", schema: nodeID,
    example: #""terveysasemat""#)
  /// nil = there is none of such a number.
  static let annotation = Parameter<Int64?>(
    description: ParameterDescription(
      name: "annotation", key: "annotation", place: .path, isRequired: true,
      text: "The `id` of an annotation.", schema: #"{"type":"integer","minimum":1}"#,
      example: "\"example\":3")
  ) { text, _ in text.flatMap { Int64($0) } }
  static let session = Parameter<String>.path(
    "session", "The `id` of a session.", schema: ##"{"$ref":"#/components/schemas/SessionID"}"##,
    example: #""3f0a91c2d4e5""#)
  /// nil = it is none that can be asked for.
  static let year = Parameter<Int?>(
    description: ParameterDescription(
      name: "year", key: "year", place: .path, isRequired: true,
      text: "A year of the site's calendar.",
      schema: "{\"type\":\"integer\",\"minimum\":\(YearExport.years.lowerBound),"
        + "\"maximum\":\(YearExport.years.upperBound)}",
      example: "\"example\":2017")
  ) { text, _ in text.flatMap(Int.init).flatMap { "\($0)" == text ? $0 : nil } }
  static let file = Parameter<String>.path(
    "file", "The file's name.",
    schema: "{\"type\":\"string\",\"enum\":["
      + YearFile.names.map { "\"\($0)\"" }.joined(separator: ",") + "]}",
    example: #""hours.csv""#)

  // MARK: What and when

  static let node = Parameter<String>.required(
    "node", "A node, `unassigned`, or the site's own id for everything.", schema: nodeID,
    example: "terveysasemat")
  static let who = Parameter<String>.required(
    "who", "Whose, as `who` of a session says it.", schema: #"{"type":"string","minLength":1}"#,
    example: "token 7")
  static let publicNode = Parameter<String>.required(
    "node", key: "publicNode", "A node.", schema: nodeID, example: "terveysasemat")

  static let from = moment(
    "from", isRequired: true,
    """
    Start, inclusive, from 1970-01-01T00:00:00Z on. A bare date is local midnight; else RFC 3339 \
    on a whole hour, `+` written as `%2B`.
    """,
    example:
      #""examples":{"date":{"value":"2017-01-01"},"time":{"value":"2017-01-01T00:00:00+02:00"}}"#)
  static let to = moment(
    "to", isRequired: true,
    "End, exclusive, later than `from`, up to 2198-02-27T08:00:00Z. Written as `from`.",
    example: #""examples":{"date":{"value":"2018-01-01"},"time":{"value":"2017-12-31T22:00:00Z"}}"#)
  static let publicFrom = moment(
    "from", key: "publicFrom", default: 0,
    """
    Only periods that begin then or later. A bare date is local midnight; else RFC 3339 on a \
    whole hour.
    """,
    example: #""example":"2026-01-01""#)
  static let publicTo = moment(
    "to", key: "publicTo", default: Registry.hourEnd,
    "Only periods that end then or earlier; later than `from`.", example: #""example":"2027-01-01""#
  )

  static let question = Parameter<String>.optional(
    "question", "Only this question.", schema: ##"{"$ref":"#/components/schemas/QuestionID"}"##,
    example: #""example":"palvelu""#)

  // MARK: Of results

  static let by = Parameter<Granularity>.choice(
    "by", default: Granularity.total,
    """
    The length of a row: periods of the local calendar, ISO weeks; the first and last are cut to \
    the range.
    """,
    example: .year)
  static let children = Parameter<Bool>.flag(
    "children", "Also a series per child, after the node's own; `1` and `0` will do.")
  static let details = Parameter<Bool>.flag(
    "details",
    "CSV gets the columns "
      + Measure.all.filter(\.isDetail).map { "`\($0.name)`" }.joined(separator: ", ")
      + " at the end. JSON always has them.")
  static let coverage = Parameter<Bool>.flag(
    "coverage",
    """
    Also tell which part of the opening hours the devices were known to be alive: members `state` \
    and `coverage` of each row, and three of each series; in CSV the columns state, open_hours, \
    device_hours, alive_hours at the end; JSON-stat has none of it. Touchpoints of all series \
    times hours of the range are at most \(QueryLimits.coveragePlaceHoursMax).
    """)
  static let language = Parameter<Language>.choice(
    "lang", default: Language.fi,
    "Language of names in JSON-stat, where the registry has them.", example: .fi)
  static let asOf = Parameter<AsOf?>(
    description: ParameterDescription(
      name: "as_of", key: "asOf",
      text: """
        An earlier moment: `data` of an answer's revision, or a date or RFC 3339 time (all that \
        had been received by then). Counted again from the archive and the imports that stood then, \
        under today's registry and rules. 400 when over \(QueryLimits.asOfBytesMax >> 20) MiB of \
        the archive would have to be read: the detail names the command that does it. Not with \
        `coverage`.
        """,
      schema: #"{"type":"string"}"#,
      example:
        #""examples":{"revision":{"value":"4711"},"time":{"value":"2026-11-21T10:00:00Z"}}"#)
  ) { text, arguments in
    guard let text else { return nil }
    if let revision = Int64(text) { return .revision(revision) }
    // A space is what decoding a form leaves of the plus before an offset.
    if let time = RFC3339.milliseconds(parsing: text.replacing(" ", with: "+")) {
      return .time(milliseconds: time)
    }
    let calendar = try arguments.site.calendar
    do throws(TimeTextError) {
      let hour = try calendar.hour(parsing: text)
      return .time(milliseconds: UTC.milliseconds(ofHour: hour))
    } catch {
      throw Problem.parameter(
        "as_of",
        "'\(error.text.prefix(40))' is neither 'data' of a revision, nor a date, nor an RFC 3339 "
          + "time such as 2026-11-21T10:00:00Z")
    }
  }

  static let resultsFormat = format(.json, .csv, .jsonStat, key: "format", example: "json")
  static let tableFormat = format(.json, .csv, key: "tableFormat", example: "csv")
  static let dialect = Parameter<CSVDialect>.choice(
    "dialect", default: CSVDialect.comma,
    """
    How CSV is written: `comma` by RFC 4180; `semicolon` for spreadsheets of countries with decimal \
    commas, with a byte order mark and a file name, so that a double click opens it.
    """,
    example: .semicolon)

  // MARK: Of statistics

  static let chartBy = Parameter<ControlChartQuery.Period>.required(
    "by", key: "chart_by", "The length of a point.", example: ControlChartQuery.Period.week)
  static let measure = Parameter<ControlChart.Measure>.choice(
    "measure", default: ControlChart.Measure.index,
    "The index (0…100), or the share (0…1) of very positive or of negative responses.",
    example: .negative)
  static let baseline = Parameter<Int?>(
    description: ParameterDescription(
      name: "baseline", key: "baseline",
      text: """
        Center and limits from the first so many points with responses, so that a later shift \
        shows against them; without it from all points. Fewer than \
        \(ControlChart.limitPointsMin) make no limits.
        """,
      schema: "{\"type\":\"integer\",\"minimum\":2,\"maximum\":\(QueryLimits.pointsMax)}",
      example: "\"example\":12")
  ) { text, _ in
    guard let text else { return nil }
    guard let points = Int(text), (2...QueryLimits.pointsMax).contains(points),
      String(points) == text
    else {
      throw Problem.parameter(
        "baseline", "'\(text)' is not a whole number of points from 2 to \(QueryLimits.pointsMax)")
    }
    return points
  }

  // MARK: Pages

  static let afterRevision = Parameter<Int>.count(
    "after", key: "afterRevision", in: 0...Int.max, default: 0,
    "Only what came after this revision: `data` of an answer.", example: 4711)
  static let limitOfChanges = Parameter<Int>.count(
    "limit", key: "limitOfChanges", in: 1...QueryLimits.changesMax,
    default: QueryLimits.changesDefault, "So many changes at most, the newest.", example: 100)
  static let limitOfPresses = Parameter<Int>.count(
    "limit", key: "limitOfPresses", in: 1...QueryLimits.pressesMax,
    default: QueryLimits.pressesMax,
    "Rows of the answer at most; fewer when reading them takes long, and never more than "
      + "\(QueryLimits.pressesPerPageMax).", example: 1000)
  static let afterPresses = Parameter<PressesCursor?>(
    description: ParameterDescription(
      name: "after", key: "afterPresses",
      text: """
        What the answer before gave as `next`; node, from and to stay the same. 400 once a \
        registry, an import or a rebuild made earlier presses count otherwise: begin again.
        """,
      schema: #"{"type":"string"}"#)
  ) { text, _ in
    guard let text else { return nil }
    guard let cursor = PressesCursor(text) else {
      throw Problem.parameter("after", "is not what an answer gave as 'next'")
    }
    return cursor
  }

  // MARK: Of what was published

  static let coarser = Parameter<Bool>.flag(
    "coarser", key: "publicCoarser",
    """
    The coarser periods, quarters or years, that were published to correct those within them, \
    instead of them: never add up both. `1` and `0` will do.
    """)

  // MARK: Of the registry

  static let preview = Parameter<Bool>.flag(
    "preview", "Only tell what would change; `1` and `0` will do.")

  // MARK: Kinds

  /// A date or a time on the hour.
  private static func moment(
    _ name: String, key: String? = nil, isRequired: Bool = false, default hour: UTCHour = 0,
    _ text: String, example: String
  ) -> Parameter<UTCHour> {
    Parameter<UTCHour>(
      description: ParameterDescription(
        name: name, key: key ?? name, isRequired: isRequired, text: text, schema: time,
        example: example)
    ) { text, arguments in
      guard let text, !(isRequired && text.isEmpty) else {
        if isRequired { throw Problem.parameter(name, "is missing") }
        return hour
      }
      let calendar = try arguments.site.calendar
      do throws(TimeTextError) {
        return try calendar.hour(parsing: text)
      } catch {
        throw Problem.parameter(name, error.description)
      }
    }
  }

  /// How an answer is written; without the parameter what Accept wants most.
  private static func format(
    _ offers: TableFormat..., key: String, example: String
  ) -> Parameter<TableFormat> {
    let words = offers.map(\.rawValue)
    let quoted = words.map { "\"\($0)\"" }.joined(separator: ",")
    return Parameter<TableFormat>(
      description: ParameterDescription(
        name: TableFormat.parameter, key: key,
        text: """
          Without it what Accept wants most by RFC 9110, JSON where it wants nothing that is here.
          """,
        schema: "{\"type\":\"string\",\"enum\":[\(quoted)]}", example: "\"example\":\"\(example)\"")
    ) { text, arguments in
      guard let text else { return try TableFormat(arguments.request, among: offers) }
      guard let format = offers.first(where: { $0.rawValue == text }) else {
        throw Problem.parameter(
          TableFormat.parameter, "'\(text)' is not one of \(words.joined(separator: ", "))")
      }
      return format
    }
  }
}
