import CivilTime
import HTTPTypes
import Hummingbird
import Store

/// Whether a client's copy still holds, told by the revision of what it shows.
struct EntityTag {
  /// Answers of closed periods may be kept this long without asking, seconds.
  static let closedSeconds = 300

  /// Quoted, as it stands in `ETag`.
  let text: String
  private let isClosed: Bool

  /// - Parameters:
  ///   - form: the format, and what else tells answers of one address apart.
  ///   - hours: what is shown.
  ///   - day: with which the same counts are told otherwise; nil = none.
  ///   - startedAtMilliseconds: of this process: another program may write the same numbers
  ///     differently, and a restored copy goes through the same revisions again with others.
  init(
    _ revision: DataRevision, form: String, hours: Range<UTCHour>, day: Int?,
    startedAtMilliseconds: Int64,
    nowMilliseconds: Int64
  ) {
    let start = String(startedAtMilliseconds, radix: 36)
    let told = day.map { "-\($0)" } ?? ""
    text = "\"\(start)-\(revision.data)-\(revision.registry)\(told)-\(form)\""
    isClosed = hours.upperBound <= UTC.hour(ofMilliseconds: nowMilliseconds)
  }

  /// Of an answer that follows from nothing but its bytes.
  init(of bytes: [UInt8], startedAtMilliseconds: Int64) {
    text = "\"\(String(startedAtMilliseconds, radix: 36))-\(String(bytes.hashValue, radix: 36))\""
    isClosed = false
  }

  /// The answer to a client that has this one already; nil when it has not.
  func notModified(_ request: Request) -> Response? {
    let held = request.headers[values: .ifNoneMatch].joined(separator: ",")
      .split(separator: ",").map { $0.trimming(while: \.isWhitespace) }
    guard held.contains(where: { $0 == "*" || $0 == text || $0 == "W/\(text)" }) else {
      return nil
    }
    return Response(status: .notModified, headers: headers)
  }

  /// What a whole answer carries.
  var headers: HTTPFields {
    var headers = HTTPFields()
    headers[.eTag] = text
    headers[.cacheControl] =
      isClosed ? "private, max-age=\(Self.closedSeconds)" : "private, no-cache"
    headers[.vary] = TableFormat.vary
    return headers
  }
}

extension Substring {
  fileprivate func trimming(while isTrimmed: (Character) -> Bool) -> String {
    var rest = drop(while: isTrimmed)
    while let last = rest.last, isTrimmed(last) { rest = rest.dropLast() }
    return String(rest)
  }
}
