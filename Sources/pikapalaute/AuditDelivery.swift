import Foundation
import Logging
import Store

/// Moves lines that wait in the database into the audit log, on a thread of its own.
///
/// The tokens' file may be held by another process for seconds, and presses do not wait for it.
struct AuditDelivery: Sendable {
  let tokens: TokenStore
  let logger: Logger
  private let queue = DispatchQueue(label: "audit")

  init(tokens: TokenStore, logger: Logger) {
    self.tokens = tokens
    self.logger = logger
  }

  /// Begins it, and waits for nothing. Lines that cannot be moved now stay where they are, and go with the
  /// next.
  func begin(_ store: Store) {
    queue.async {
      do {
        try store.deliverAudit(to: tokens)
      } catch {
        logger.error("the audit log was not written, its lines wait: \(error)")
      }
    }
  }

  /// Waits for what was begun.
  func end() {
    queue.sync {}
  }
}
