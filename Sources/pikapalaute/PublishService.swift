import Ingest
import Logging
import Publishing
import Queries
import ServiceLifecycle
import Store

/// Publishes closed periods at the start and every quarter of an hour, and looks whether what was
/// published still holds. What was published stays, so it goes by the clock that the ingest thread believes.
struct PublishService: Service {
  static let interval: Duration = .seconds(15 * 60)

  let status: IngestStatus
  let site: CurrentSite
  let publisher: Publisher
  let publications: PublicationStore
  let tokens: TokenStore
  let logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        guard let now = status.current.believedMilliseconds else {
          try? await Task.sleep(for: .seconds(1))
          continue
        }
        await publish(nowMilliseconds: now)
        try? await Task.sleep(for: Self.interval)
      }
    }
  }

  /// A failure is logged, and the next round tries again: results do not wait for publications.
  private func publish(nowMilliseconds now: Int64) async {
    guard let site = site.applied else { return }
    do {
      for period in try await publisher.publishClosed(site: site, nowMilliseconds: now) {
        logger.notice("published the period from \(period)")
      }
      try await publications.deliverAudit(to: tokens)
      for (period, differs) in try await publisher.compareWithNow(site: site, nowMilliseconds: now)
      {
        logger.notice(
          differs
            ? "the period from \(period) is counted otherwise now than it was published; see GET /api/v1/publications"
            : "the period from \(period) is counted as it was published again")
      }
    } catch  where Task.isCancelled {
      // The service stops; its next start goes on.
    } catch QueryError.registryChanged {
      // Half an old site, half a new one is never published; the next round takes the new one.
      logger.notice("publishing waits for its next round: the registry was changed meanwhile")
    } catch {
      logger.error("publishing failed: \(error); it is tried again in 15 minutes")
    }
  }
}
