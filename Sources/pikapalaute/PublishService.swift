import Logging
import Publishing
import ServiceLifecycle
import Store

/// Publishes closed periods at the start and every quarter of an hour.
struct PublishService: Service, CustomStringConvertible {
  static let interval: Duration = .seconds(15 * 60)

  var description: String { "publishing" }

  let site: AppliedSite
  let publisher: Publisher
  let tokens: TokenStore
  let logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        await publish()
        try? await Task.sleep(for: Self.interval)
      }
    }
  }

  /// A failure is logged, and the next round tries again: results do not wait for publications.
  private func publish() async {
    do {
      let now = Clocks.wallMilliseconds()
      for period in try await publisher.publishClosed(site: site, nowMilliseconds: now) {
        try tokens.record(
          .periodPublished, "the period from \(period)", actor: "service", nowMilliseconds: now)
        logger.notice("published the period from \(period)")
      }
    } catch {
      logger.error("nothing was published: \(error); it is tried again in 15 minutes")
    }
  }
}
