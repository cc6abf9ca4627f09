import Ingest
import Synchronization

/// One life of the service: the real loop over a simulated link and store.
final class ServiceProcess {
  private(set) var isAlive = true
  let number: Int
  let outcomes = Mailbox()
  /// Before this nothing runs: the process is stopped.
  var pausedUntil: Int64 = 0

  init(number: Int) {
    self.number = number
  }

  func die() {
    isAlive = false
    outcomes.close()
  }
}

/// Outcomes of requests over HTTP on their way back; nothing leaves a dead process.
final class Mailbox: Sendable {
  private struct State {
    var outcomes: [(request: Int, outcome: SubmissionOutcome)] = []
    var isOpen = true
  }

  private let state = Mutex(State())

  func post(_ request: Int, _ outcome: SubmissionOutcome) {
    state.withLock { if $0.isOpen { $0.outcomes.append((request, outcome)) } }
  }

  func take() -> [(request: Int, outcome: SubmissionOutcome)] {
    state.withLock { state in
      defer { state.outcomes.removeAll() }
      return state.outcomes
    }
  }

  func close() {
    state.withLock { $0.isOpen = false }
  }
}
