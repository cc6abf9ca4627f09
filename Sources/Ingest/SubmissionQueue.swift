import Glibc
import Synchronization

/// What became of a payload posted over HTTP.
public enum SubmissionOutcome: Sendable, Equatable {
  case answered(epoch: UInt32?, next: UInt32, isRewind: Bool, isJSON: Bool)
  case malformed(QuarantineReason, String)
  case tooLarge
  case unknownDevice
  /// The device has too many requests waiting.
  case tooManyRequests
  /// Nothing can be stored now.
  case unavailable
}

/// Hands payloads from HTTP to the ingest thread, and the outcomes back after the commit.
public final class SubmissionQueue: Sendable {
  struct Submission: Sendable {
    var device: String
    var payload: [UInt8]
    var answer: @Sendable (SubmissionOutcome) -> Void
  }

  private struct State {
    var waiting: [Submission] = []
    var waitingByDevice: [String: Int] = [:]
    var isOpen = false
    var isStopped = false
  }

  private let state = Mutex(State())
  /// Readable when something waits or the loop is to look around.
  let wakeDescriptor: Int32
  private let wakeWriter: Int32

  /// - Throws: `DescriptorError` when the system has no file descriptor left.
  public init() throws {
    var ends: [Int32] = [-1, -1]
    if unsafe pipe(&ends) != 0 {
      throw DescriptorError(reason: unsafe String(cString: strerror(errno)))
    }
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    wakeDescriptor = ends[0]
    wakeWriter = ends[1]
  }

  deinit {
    close(wakeDescriptor)
    close(wakeWriter)
  }

  /// Waits until the payload is committed or refused.
  public func submit(_ payload: [UInt8], device: String) async -> SubmissionOutcome {
    await withCheckedContinuation { continuation in
      submit(payload, device: device) { continuation.resume(returning: $0) }
    }
  }

  /// Calls `answer` once: at once when the payload is refused, else on the ingest thread after
  /// the commit.
  public func submit(
    _ payload: [UInt8], device: String, answer: @escaping @Sendable (SubmissionOutcome) -> Void
  ) {
    let refusal: SubmissionOutcome? = state.withLock { state in
      if !state.isOpen || state.waiting.count >= IngestLimits.submissionsWaitingMax {
        return .unavailable
      }
      if state.waitingByDevice[device, default: 0] >= IngestLimits.submissionsPerDeviceMax {
        return .tooManyRequests
      }
      state.waitingByDevice[device, default: 0] += 1
      state.waiting.append(Submission(device: device, payload: payload, answer: answer))
      return nil
    }
    if let refusal {
      answer(refusal)
    } else {
      wake()
    }
  }

  /// Ends the ingest loop after the round at hand: what was read is committed and acknowledged.
  public func stop() {
    state.withLock { $0.isStopped = true }
    wake()
  }

  /// `stop` was called.
  var isStopped: Bool { state.withLock { $0.isStopped } }

  private func wake() {
    // A full pipe is fine: the loop is awake then.
    var byte: UInt8 = 1
    _ = unsafe write(wakeWriter, &byte, 1)
  }

  /// Takes payloads from now on, or refuses them with `.unavailable`.
  func setOpen(_ isOpen: Bool) {
    state.withLock { $0.isOpen = isOpen }
  }

  /// Everything that waits, at most `count`.
  func take(upTo count: Int) -> [Submission] {
    var drained = [UInt8](repeating: 0, count: 4096)
    while unsafe read(wakeDescriptor, &drained, drained.count) == drained.count {}
    return state.withLock { state in
      let taken = Array(state.waiting.prefix(count))
      state.waiting.removeFirst(taken.count)
      for submission in taken {
        let left = state.waitingByDevice[submission.device, default: 1] - 1
        state.waitingByDevice[submission.device] = left == 0 ? nil : left
      }
      if !state.waiting.isEmpty { wake() }
      return taken
    }
  }
}

/// The system gave no file descriptor.
public struct DescriptorError: Error {
  public let reason: String
}
