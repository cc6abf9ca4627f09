import HTTPTypes
import Hummingbird
import Ingest
import NIOCore
import Registry
import Reporting
import Store

/// What changed the numbers of a range, and when: `GET /api/v1/revisions`.
struct RevisionsRoute: Sendable {
  /// Changes of one answer at most, and without `limit`.
  static let changesMax = 10_000
  static let changesDefault = 1000

  let site: CurrentSite
  let reader: StoreReader

  func get(_ request: Request, _ scope: Scope) async throws -> Response {
    let (site, _) = try site.require()
    let parameters = try QueryParameters(request, known: ["from", "to", "after", "limit"])
    let hours = try parameters.hours(site.calendar)
    let after = try parameters.count("after", in: 0...Int.max, default: 0)
    let limit = try parameters.count("limit", in: 1...Self.changesMax, default: Self.changesDefault)
    let read = try await reader.read { snapshot in
      (
        try snapshot.changes(hours: hours, after: Int64(after), limit: limit + 1),
        try snapshot.revision(hours: hours)
      )
    }
    let text = Self.text(
      read.0.changes, completeAfter: read.0.completeAfter, read.1, limit: limit,
      calendar: site.calendar)
    return Response(
      status: .ok, headers: [.contentType: "application/json"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: text)))
  }

  private static func text(
    _ changes: [RevisionChange], completeAfter: Int64, _ revision: DataRevision, limit: Int,
    calendar: SiteCalendar
  ) -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.member("revision") { json in
        json.member("data", Int(revision.data))
        json.member("registry", Int(revision.registry))
        json.member("rule", Registry.rule)
      }
      json.member("complete_after", Int(completeAfter))
      json.list("changes", Array(changes.prefix(limit))) { change, json in
        json.member("cause", change.cause.rawValue)
        json.member("start", change.days.map { calendar.format(hour: $0.lowerBound * 24) })
        json.member("end", change.days.map { calendar.format(hour: ($0.upperBound + 1) * 24) })
        json.member("first_at", change.firstAtMilliseconds.map(RFC3339.format(milliseconds:)))
        json.member("last_at", change.lastAtMilliseconds.map(RFC3339.format(milliseconds:)))
        json.member("first_revision", Int(change.revisions.lowerBound))
        json.member("last_revision", Int(change.revisions.upperBound))
        json.member("import", change.importID.map(Int.init))
      }
      json.member("more", changes.count > limit)
    }
    return json.bytes
  }
}
