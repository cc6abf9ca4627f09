import ArgumentParser
import CivilTime
import Foundation
import Ingest
import Publishing
import Registry
import Store

/// `pikapalaute publish`: what everybody may see, also again after a correction.
struct PublishCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "publish", abstract: "Publish closed periods; or one again, after a correction.",
    discussion: """
      The service publishes periods by itself once they are closed; docs/public.md tells what is \
      shown of them. A published period stays as it was, whatever comes later. --again replaces \
      one by what is counted now and keeps the former answer beside it; it is refused when the \
      difference of the two would tell what is hidden. A coarser period often passes where its \
      parts do not:

        pikapalaute publish --again 2026-01-01 --by quarter

      publishes the sum of three published months beside them; they are not published again then.
      """)

  @OptionGroup var options: DatabaseOptions
  @Option(help: "Publish the period that begins on this local date again.")
  var again: String?
  @Option(
    help: "With --again: publish the quarter or year that begins then, made of published periods.",
    transform: { text in
      guard let period = CoarserPeriod(rawValue: text) else {
        throw ValidationError("'\(text)' is neither quarter nor year")
      }
      return period
    })
  var by: CoarserPeriod?
  @Flag(help: "List what was published.")
  var list = false

  func validate() throws {
    if by != nil && again == nil { throw ValidationError("--by belongs to --again") }
  }

  func run() async throws {
    try await reportingFailure {
      let file = try await options.existingFile()
      let reader = try StoreReader(file)
      let publications = try PublicationStore(file)
      if list {
        try await printList(publications)
        return
      }
      let site = try await reader.read { try $0.appliedSite() }
      let publisher = Publisher(
        reader: reader, publications: publications, actor: Actor.name)
      let now = Clocks.wallMilliseconds()
      if let again {
        try await publish(again, publisher, site, now)
        try await publications.deliverAudit(to: TokenStore(file))
        return
      }
      let periods = try await publisher.publishClosed(site: site, nowMilliseconds: now)
      for period in periods {
        print("published the period from \(period)")
      }
      try await publications.deliverAudit(to: TokenStore(file))
      print("\(periods.count) periods published")
      for (period, differs) in try await publisher.compareWithNow(site: site, nowMilliseconds: now)
      {
        print(
          "the period from \(period) is counted "
            + (differs ? "otherwise now than it was published" : "as it was published again"))
      }
    }
  }

  private func publish(
    _ text: String, _ publisher: Publisher, _ site: AppliedSite, _ now: Int64
  ) async throws {
    guard let registry = site.registry, let date = CivilDate(parsing: text) else {
      throw OptionError("--again '\(text)' is wrong; allowed: the period's first day, YYYY-MM-DD")
    }
    let start = ZoneOffsets(registry.timeZone).startOfDay(date.daysSince1970)
    let version = try await publisher.publishAgain(
      start: start, by: by, site: site, nowMilliseconds: now)
    _ = try await publisher.compareWithNow(site: site, nowMilliseconds: now)
    guard let version else {
      print("nothing differs from what was published")
      return
    }
    print("published the period from \(date) again, as version \(version)")
  }

  private func printList(_ publications: PublicationStore) async throws {
    print("from\tto\tversion\tpublished\tshown\tplaces\tlater_counts_differ")
    for found in try await publications.versions(in: 0..<Registry.hourEnd, nodes: nil) {
      let times = [found.hours.lowerBound, found.hours.upperBound].map {
        RFC3339.format(milliseconds: UTC.milliseconds(ofHour: $0))
      }
      let published = RFC3339.format(milliseconds: found.publishedAtMilliseconds)
      let shown = found.rows.count { $0.isShown }
      let places = found.rows.count { $0.isPublic }
      print(
        "\(times[0])\t\(times[1])\t\(found.version)\t\(published)\t\(shown)\t\(places)\t\(found.laterCountsDiffer)"
      )
    }
  }
}
