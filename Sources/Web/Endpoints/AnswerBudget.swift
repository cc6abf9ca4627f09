import Hummingbird
import NIOCore
import Synchronization

/// How much memory all answers on their way may take, and who takes it.
///
/// An answer takes its share before it is read and gives it back when its last byte was written or
/// its connection closed, so clients that do not read hold no more than `WebLimits` says. What does
/// not fit waits for its turn, then hears 503.
final class AnswerBudget: Sendable {
  /// A share of the budget; it goes back with the last reference.
  final class Lease: Sendable {
    private let demand: Demand
    private let budget: AnswerBudget
    private let isReading: Atomic<Bool>
    private let bytes: Atomic<Int>

    fileprivate init(_ demand: Demand, _ budget: AnswerBudget) {
      self.demand = demand
      self.budget = budget
      isReading = Atomic(demand.heavyRead != nil)
      bytes = Atomic(demand.bytes)
    }

    /// Everything that the answer needs has been read; it turned out to need fewer bytes, if given.
    func endReading(needing bytesNeeded: Int = .max) {
      let ended = isReading.exchange(false, ordering: .relaxed) ? demand.heavyRead : nil
      let held = bytes.load(ordering: .relaxed)
      let kept = min(held, bytesNeeded)
      bytes.store(kept, ordering: .relaxed)
      budget.giveBack(held - kept, ended, of: demand)
    }

    deinit { endReading(needing: 0) }
  }

  /// What reads many rows, and how many of it are read at once.
  enum HeavyRead: CaseIterable {
    case results, presses

    fileprivate var place: Int { self == .results ? 0 : 1 }

    fileprivate var readsMax: Int {
      switch self {
      case .results: WebLimits.heavyReadsMax
      case .presses: WebLimits.pressReadsMax
      }
    }
  }

  fileprivate struct Demand {
    var bytes: Int
    /// nil for a small one.
    var heavyRead: HeavyRead?
    /// Tells bearers apart; never the token itself.
    var bearer: Int

    init(bytes: Int, heavyRead: HeavyRead?, _ request: Request) {
      self.bytes = min(bytes, WebLimits.largeAnswerBytesMax / 2)
      self.heavyRead = heavyRead
      bearer = request.bearer
    }
  }

  private struct Waiter {
    var number: Int
    var demand: Demand
    var answer: CheckedContinuation<Lease?, Never>
  }

  private struct Held {
    var bytes = 0
    /// By kind, each in its place.
    var reads = HeavyRead.allCases.map { _ in 0 }
    var waiting = 0

    subscript(_ kind: HeavyRead) -> Int {
      get { reads[kind.place] }
      set { reads[kind.place] = newValue }
    }

    var isNothing: Bool { bytes == 0 && waiting == 0 && reads.allSatisfy { $0 == 0 } }
  }

  private struct State {
    var held = Held()
    var heldByBearer: [Int: Held] = [:]
    var waiting: [Waiter] = []
    var lastNumber = 0
    var refused = 0
    var isClosed = false

    /// A bearer has half of what there is.
    func fits(_ demand: Demand) -> Bool {
      let isLarge = demand.bytes > WebLimits.smallAnswerBytes
      let bytesMax = isLarge ? WebLimits.largeAnswerBytesMax : WebLimits.answerBytesMax
      let mine = heldByBearer[demand.bearer] ?? Held()
      return held.bytes + demand.bytes <= bytesMax
        && mine.bytes + demand.bytes <= bytesMax / 2
        && demand.heavyRead.map { held[$0] < $0.readsMax } ?? true
    }

    mutating func change(_ bearer: Int, _ change: (inout Held) -> Void) {
      change(&held)
      change(&heldByBearer[bearer, default: Held()])
      if heldByBearer[bearer]?.isNothing == true { heldByBearer[bearer] = nil }
    }

    mutating func take(_ demand: Demand) {
      change(demand.bearer) {
        $0.bytes += demand.bytes
        if let kind = demand.heavyRead { $0[kind] += 1 }
      }
    }

    /// Who may go on now: first those who hold least, so that one bearer's many requests do not
    /// keep another's few waiting.
    mutating func nextToGo() -> Waiter? {
      let next = waiting.indices.filter { fits(waiting[$0].demand) }.min {
        let one = heldByBearer[waiting[$0].demand.bearer] ?? Held()
        let other = heldByBearer[waiting[$1].demand.bearer] ?? Held()
        let (mine, its) = (one.reads.reduce(0, +), other.reads.reduce(0, +))
        return (mine, one.bytes, $0) < (its, other.bytes, $1)
      }
      guard let next else { return nil }
      let waiter = waiting.remove(at: next)
      change(waiter.demand.bearer) { $0.waiting -= 1 }
      take(waiter.demand)
      return waiter
    }
  }

  private let state = Mutex(State())

  /// Takes a share, if need be after waiting ``WebLimits/waitingSeconds`` for it.
  ///
  /// - Parameters:
  ///   - bytes: of memory until the answer is written; what is more than one bearer may have
  ///     counts as all of that.
  ///   - rows: of results that are read for it.
  /// - Throws: 503 when there is no room.
  func lease(bytes: Int, rows: Int = 0, for request: Request) async throws -> Lease {
    try await lease(
      bytes: bytes, reading: rows > WebLimits.heavyReadRows ? .results : nil, for: request)
  }

  /// The same for what reads many rows.
  func lease(bytes: Int, reading: HeavyRead?, for request: Request) async throws -> Lease {
    let demand = Demand(bytes: bytes, heavyRead: reading, request)
    let lease = await withCheckedContinuation { continuation in
      enqueue(demand, continuation)
    }
    if let lease { return lease }
    state.withLock { $0.refused += 1 }
    throw Problem.busy
  }

  /// Takes a share for an answer that is made already, or none.
  func leaseNow(bytes: Int, for request: Request) -> Lease? {
    let demand = Demand(bytes: bytes, heavyRead: nil, request)
    let isTaken = state.withLock { state in
      if state.isClosed || !state.fits(demand) {
        state.refused += 1
        return false
      }
      state.take(demand)
      return true
    }
    return isTaken ? Lease(demand, self) : nil
  }

  /// Bytes of the answers on their way, requests that wait for their turn, and those that did not
  /// get it since the start.
  var numbers: (bytes: Int, waiting: Int, refused: Int) {
    state.withLock { ($0.held.bytes, $0.waiting.count, $0.refused) }
  }

  /// Lets nobody wait any more.
  func close() {
    let waiting = state.withLock { state in
      state.isClosed = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for waiter in waiting { waiter.answer.resume(returning: nil) }
  }

  private func enqueue(_ demand: Demand, _ continuation: CheckedContinuation<Lease?, Never>) {
    enum Outcome {
      case taken
      case refused
      case waiting(Int)
    }
    let outcome: Outcome = state.withLock { state in
      if state.isClosed { return .refused }
      if state.fits(demand) {
        state.take(demand)
        return .taken
      }
      let mine = state.heldByBearer[demand.bearer]?.waiting ?? 0
      if state.waiting.count >= WebLimits.waitingMax || mine >= WebLimits.waitingPerBearerMax {
        return .refused
      }
      state.change(demand.bearer) { $0.waiting += 1 }
      state.lastNumber += 1
      state.waiting.append(
        Waiter(number: state.lastNumber, demand: demand, answer: continuation))
      return .waiting(state.lastNumber)
    }
    switch outcome {
    case .taken: continuation.resume(returning: Lease(demand, self))
    case .refused: continuation.resume(returning: nil)
    case .waiting(let number):
      Task {
        try? await Task.sleep(for: .seconds(WebLimits.waitingSeconds))
        expire(number)
      }
    }
  }

  private func expire(_ number: Int) {
    let waiter = state.withLock { state -> Waiter? in
      guard let index = state.waiting.firstIndex(where: { $0.number == number }) else {
        return nil
      }
      let waiter = state.waiting.remove(at: index)
      state.change(waiter.demand.bearer) { $0.waiting -= 1 }
      return waiter
    }
    waiter?.answer.resume(returning: nil)
  }

  private func giveBack(_ bytes: Int, _ ended: HeavyRead?, of demand: Demand) {
    let next = state.withLock { state in
      state.change(demand.bearer) {
        $0.bytes -= bytes
        if let ended { $0[ended] -= 1 }
      }
      var next: [Waiter] = []
      while let waiter = state.nextToGo() { next.append(waiter) }
      return next
    }
    for waiter in next { waiter.answer.resume(returning: Lease(waiter.demand, self)) }
  }
}

extension Problem {
  /// Too much is on its way; nothing is wrong with the request.
  static var busy: Problem {
    var problem = Problem(
      .serviceUnavailable,
      "too many large answers are on their way; read those that were asked for, or try again")
    problem.headers[.retryAfter] = "\(WebLimits.waitingSeconds)"
    return problem
  }
}
