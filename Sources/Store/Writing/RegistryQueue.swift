public import Ingest
import Registry
import Synchronization

/// Registries on their way to the ingest thread, which alone writes, and back what became of each.
public final class RegistryQueue: Sendable {
  /// A registry that is to be applied.
  public struct Request: Sendable {
    public var yaml: String
    /// Of the file, for messages and the audit log.
    public var name: String
    public var origin: RegistryOrigin
    /// For the audit log.
    public var actor: String
    /// The version whose place it is to take; nil = whichever holds.
    public var expected: Int64?

    public init(
      yaml: String, name: String, origin: RegistryOrigin, actor: String, expected: Int64? = nil
    ) {
      self.yaml = yaml
      self.name = name
      self.origin = origin
      self.actor = actor
      self.expected = expected
    }
  }

  public enum Outcome: Sendable {
    /// It holds now, or held before.
    case applied(AppliedSite)
    /// Another version holds; nothing was changed.
    case outdated(RegistryOutdated)
    /// Why it cannot be applied, in one line; nothing was changed.
    case refused(String)
    /// Nothing can be stored now.
    case unavailable
  }

  /// Requests that wait at most: people send them.
  public static let waitingMax = 8

  private struct Waiting: Sendable {
    var request: Request
    var answer: @Sendable (Outcome) -> Void
  }

  private struct State {
    var waiting: [Waiting] = []
    var isClosed = false
  }

  private let state = Mutex(State())
  private let ingest: SubmissionQueue

  /// - Parameter ingest: wakes the ingest thread.
  public init(_ ingest: SubmissionQueue) {
    self.ingest = ingest
  }

  /// Waits until the registry is applied or refused.
  public func apply(_ request: Request) async -> Outcome {
    await withCheckedContinuation { continuation in
      let isTaken = state.withLock { state in
        if state.isClosed || state.waiting.count >= Self.waitingMax { return false }
        state.waiting.append(Waiting(request: request) { continuation.resume(returning: $0) })
        return true
      }
      if isTaken { ingest.askRenewal() } else { continuation.resume(returning: .unavailable) }
    }
  }

  /// Applies the registry that has waited longest; to be called on the ingest thread.
  ///
  /// - Parameter adopt: is told of a site that has changed, before the answer goes.
  /// - Returns: the site, where it has changed.
  /// - Throws: `StoreError`, when the store has to be opened again.
  public func applyNext(
    to store: Store, nowMilliseconds: Int64, _ adopt: (Request, AppliedSite) throws -> Void
  ) throws -> AppliedSite? {
    let (next, hasMore) = state.withLock { state in
      (state.waiting.isEmpty ? nil : state.waiting.removeFirst(), !state.waiting.isEmpty)
    }
    guard let next else { return nil }
    if hasMore { ingest.askRenewal() }
    var outcome = Outcome.unavailable
    defer { next.answer(outcome) }
    do {
      let request = next.request
      let site = try store.apply(
        registryYAML: request.yaml, name: request.name, origin: request.origin,
        expecting: request.expected, actor: request.actor, nowMilliseconds: nowMilliseconds)
      if site.isNewRevision { try adopt(request, site) }
      outcome = .applied(site)
      return site.isNewRevision ? site : nil
    } catch let error as RegistryError {
      outcome = .refused(error.description)
    } catch let error as RegistryOutdated {
      outcome = .outdated(error)
    } catch StoreError.otherSite(let path, let stored, let given) {
      outcome = .refused("\(StoreError.otherSite(path: path, stored: stored, given: given))")
    }
    return nil
  }

  /// Nothing is applied any more: who waits hears so, and whoever comes later.
  public func close() {
    let left = state.withLock { state in
      state.isClosed = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for waiting in left { waiting.answer(.unavailable) }
  }
}
