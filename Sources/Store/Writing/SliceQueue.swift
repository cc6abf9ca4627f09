import Foundation
import Import
public import Ingest
import Synchronization

/// Slices of work on their way to the ingest thread, which alone writes, from threads that wait for them.
///
/// While the store cannot be opened they wait; who wants none of it closes the queue.
public final class SliceQueue: StoreSlices {
  private struct State {
    /// Each takes the store, nil when it will not run, and returns what ails the store.
    var waiting: [@Sendable (Store?) -> (any Error)?] = []
    var isClosed = false
  }

  /// What a slice came to, and who waits for it.
  private final class Outcome<Value: Sendable>: Sendable {
    let result = Mutex<Result<Value, any Error>>(.failure(SlicesClosed()))
    let isThere = DispatchSemaphore(value: 0)
  }

  private let state = Mutex(State())
  private let ingest: SubmissionQueue

  /// - Parameter ingest: wakes the ingest thread.
  public init(_ ingest: SubmissionQueue) {
    self.ingest = ingest
  }

  public func perform<Value: Sendable>(
    _ slice: @escaping @Sendable (Store) throws -> Value
  ) throws -> Value {
    let outcome = Outcome<Value>()
    let isTaken = state.withLock { state in
      if state.isClosed { return false }
      state.waiting.append { store in
        defer { outcome.isThere.signal() }
        guard let store else { return nil }
        do {
          let value = try slice(store)
          outcome.result.withLock { $0 = .success(value) }
          return nil
        } catch {
          outcome.result.withLock { $0 = .failure(error) }
          return error is ImportFailure ? nil : error
        }
      }
      return true
    }
    guard isTaken else { throw SlicesClosed() }
    ingest.askSlice()
    outcome.isThere.wait()
    return try outcome.result.withLock { $0 }.get()
  }

  /// Runs the slice that has waited longest; to be called on the ingest thread.
  ///
  /// - Throws: what the slice did, when the store has to be opened again.
  public func runNext(on store: Store) throws {
    let (next, hasMore) = state.withLock { state in
      (state.waiting.isEmpty ? nil : state.waiting.removeFirst(), !state.waiting.isEmpty)
    }
    if hasMore { ingest.askSlice() }
    if let error = next?(store) { throw error }
  }

  /// Nothing is run any more: who waits hears so, and whoever comes later.
  public func close() {
    let left = state.withLock { state in
      state.isClosed = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for waiting in left { _ = waiting(nil) }
  }
}
