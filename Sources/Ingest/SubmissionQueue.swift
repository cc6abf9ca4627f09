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
  /// The device has spent its share of what serves all of them; says of what.
  case shareSpent(String)
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
    var places = 0
    var placesByDevice: [String: Int] = [:]
    var bytes = 0
    var refused = 0
    var isOpen = false
    var isStopped = false
    var isRenewalAsked = false
    var isSliceAsked = false
  }

  /// Room for one payload, taken before it is read; it goes back with the answer, or with the last
  /// reference.
  public final class Place: Sendable {
    public let bytes: Int
    let device: String
    private let queue: SubmissionQueue
    private let isTaken = Atomic(true)

    fileprivate init(_ device: String, _ bytes: Int, _ queue: SubmissionQueue) {
      self.bytes = bytes
      self.device = device
      self.queue = queue
    }

    fileprivate func leave() {
      if isTaken.exchange(false, ordering: .relaxed) { queue.leave(self) }
    }

    deinit { leave() }
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

  /// Takes room for a payload of at most `bytes`; nil with the reason where there is none.
  public func place(bytes: Int, device: String) -> (place: Place?, refusal: SubmissionOutcome) {
    let refusal: SubmissionOutcome? = state.withLock { state in
      if !state.isOpen || state.places >= IngestLimits.submissionsWaitingMax
        || state.bytes + bytes > IngestLimits.submissionBytesMax
      {
        state.refused += 1
        return .unavailable
      }
      if state.placesByDevice[device, default: 0] >= IngestLimits.submissionsPerDeviceMax {
        state.refused += 1
        return .tooManyRequests
      }
      state.places += 1
      state.placesByDevice[device, default: 0] += 1
      state.bytes += bytes
      return nil
    }
    if let refusal { return (nil, refusal) }
    return (Place(device, bytes, self), .unavailable)
  }

  /// Requests that are read or wait, the bytes kept for them, and how many found no room since the
  /// start.
  public var numbers: (requests: Int, bytes: Int, refused: Int) {
    state.withLock { ($0.places, $0.bytes, $0.refused) }
  }

  private func leave(_ place: Place) {
    state.withLock { state in
      state.places -= 1
      state.bytes -= place.bytes
      let left = state.placesByDevice[place.device, default: 1] - 1
      state.placesByDevice[place.device] = left == 0 ? nil : left
    }
  }

  /// Waits until the payload is committed or refused.
  public func submit(_ payload: [UInt8], device: String) async -> SubmissionOutcome {
    await withCheckedContinuation { continuation in
      submit(payload, device: device) { continuation.resume(returning: $0) }
    }
  }

  /// The same for a payload that has a place already.
  public func submit(_ payload: [UInt8], in place: Place) async -> SubmissionOutcome {
    await withCheckedContinuation { continuation in
      submit(payload, in: place) { continuation.resume(returning: $0) }
    }
  }

  /// Calls `answer` once: at once when the payload is refused, else on the ingest thread after
  /// the commit.
  public func submit(
    _ payload: [UInt8], device: String, answer: @escaping @Sendable (SubmissionOutcome) -> Void
  ) {
    let (place, refusal) = place(bytes: payload.count, device: device)
    guard let place else { return answer(refusal) }
    submit(payload, in: place, answer: answer)
  }

  private func submit(
    _ payload: [UInt8], in place: Place, answer: @escaping @Sendable (SubmissionOutcome) -> Void
  ) {
    precondition(payload.count <= place.bytes, "a payload larger than its place")
    let isOpen = state.withLock { state in
      guard state.isOpen else { return false }
      state.waiting.append(
        Submission(device: place.device, payload: payload) { outcome in
          // Before the answer: who has heard it may ask again.
          place.leave()
          answer(outcome)
        })
      return true
    }
    if isOpen { wake() } else { answer(.unavailable) }
  }

  /// Ends the ingest loop after the round at hand: what was read is committed and acknowledged.
  public func stop() {
    state.withLock { $0.isStopped = true }
    wake()
  }

  /// `stop` was called.
  var isStopped: Bool { state.withLock { $0.isStopped } }

  /// Has the loop ask between two rounds whether the site has changed.
  public func askRenewal() {
    state.withLock { $0.isRenewalAsked = true }
    wake()
  }

  /// `askRenewal` was called since the last `takeRenewal`.
  var isRenewalAsked: Bool { state.withLock { $0.isRenewalAsked } }

  /// The same, once.
  func takeRenewal() -> Bool {
    state.withLock { state in
      defer { state.isRenewalAsked = false }
      return state.isRenewalAsked
    }
  }

  /// Wakes the loop: somebody waits for a slice of work on the store.
  public func askSlice() {
    state.withLock { $0.isSliceAsked = true }
    wake()
  }

  /// `askSlice` was called since the last `takeSlice`.
  var isSliceAsked: Bool { state.withLock { $0.isSliceAsked } }

  /// The loop does one.
  func takeSlice() {
    state.withLock { $0.isSliceAsked = false }
  }

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
      if !state.waiting.isEmpty { wake() }
      return taken
    }
  }
}

/// The system gave no file descriptor.
public struct DescriptorError: Error {
  public let reason: String
}
