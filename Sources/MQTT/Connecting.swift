import CMosquitto
import Foundation
import Glibc
import Synchronization

/// One blocking connect on a thread of its own: name look-up, TCP and TLS may take minutes.
///
/// The client is the thread's until `take` gave the outcome. Whoever does not want to wait
/// abandons it, and then the thread destroys it when it comes back.
final class Connecting: Sendable {
  enum Outcome: Equatable {
    case connected
    case failed(String)
  }

  private enum State {
    case running
    case done(Outcome)
    case abandoned
  }

  private let state = Mutex(State.running)

  /// Begins; nobody else may touch `client` from now on.
  init(_ client: OpaquePointer, _ broker: BrokerAddress, keepAliveSeconds: Int32) {
    // One owner at a time: this thread, then who took the outcome.
    nonisolated(unsafe) let client = unsafe client
    let thread = Thread { [self] in
      let code = unsafe mosquitto_connect(client, broker.host, broker.port, keepAliveSeconds)
      let outcome: Outcome =
        code == MOSQ_ERR_SUCCESS.code ? .connected : .failed(mosquittoText(code))
      let isAbandoned = state.withLock { state in
        if case .abandoned = state { return true }
        state = .done(outcome)
        return false
      }
      if isAbandoned { unsafe mosquitto_destroy(client) }
    }
    thread.name = "mqtt-connect"
    thread.start()
  }

  /// How it ended; nil while it goes on. From then on the client is the caller's.
  func take() -> Outcome? {
    state.withLock { state in
      guard case .done(let outcome) = state else { return nil }
      return outcome
    }
  }

  /// Leaves the client to the thread; false when that is done with it, and it is the caller's.
  func abandon() -> Bool {
    state.withLock { state in
      if case .done = state { return false }
      state = .abandoned
      return true
    }
  }
}

/// The reason in words; on the thread that made the call, for `errno`'s sake.
func mosquittoText(_ result: Int32) -> String {
  if result == MOSQ_ERR_ERRNO.code { return unsafe String(cString: strerror(errno)) }
  return unsafe String(cString: mosquitto_strerror(result))
}

extension mosq_err_t {
  var code: Int32 { Int32(bitPattern: UInt32(bitPattern: Int32(rawValue))) }
}
