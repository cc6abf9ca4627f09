import Foundation
import Ingest
import TestSupport
import Testing

@Suite struct SubmissionTests {
  /// A loop on a thread of its own, and what the test may look at from outside.
  final class Running: Sendable {
    let queue: SubmissionQueue
    let status = IngestStatus()
    /// A value at every round of the loop.
    let rounds: AsyncStream<Int>

    /// - Parameter script: called at every tick, on the loop's thread.
    init(script: @escaping @Sendable (Int, FakeLink, MemoryStore) -> Void = { _, _, _ in }) throws {
      let queue = try SubmissionQueue()
      self.queue = queue
      let (rounds, continuation) = AsyncStream.makeStream(of: Int.self)
      self.rounds = rounds
      let thread = Thread { [status] in
        let link = FakeLink()
        let store = MemoryStore()
        link.onTick = { tick in
          continuation.yield(tick)
          script(tick, link, store)
          // The link always has something to read: a loop that never rests would take the time of
          // all tests beside it.
          Thread.sleep(forTimeInterval: 0.001)
        }
        let loop = IngestLoop<MemoryStore, FakeLink>(
          link: link, queue: queue, status: status,
          nowMilliseconds: { Int64(EngineDriver.received) }, monotonicMilliseconds: monotonic,
          report: { _, _ in }
        ) {
          IngestLoop.Opened(
            site: "helsinki", devices: [EngineDevice("dev-01")],
            configurations: { _ in Configurations() }, store: store)
        }
        loop.run()
        continuation.finish()
      }
      thread.start()
    }

    /// Returns once the loop has gone round.
    func isServing() async { for await _ in rounds { return } }

    /// Returns once the loop has ended.
    func hasEnded() async { for await _ in rounds {} }
  }

  @Test("a payload is answered after its commit, a repeated one too")
  func answered() async throws {
    let running = try Running()
    await running.isServing()
    for _ in 0..<2 {
      let outcome = await running.queue.submit(
        EngineDriver.frame(first: 0, presses: 4).bytes, device: "dev-01")
      #expect(outcome == .answered(epoch: 7, next: 4, isRewind: false, isJSON: false))
    }
    let unknown = await running.queue.submit(EngineDriver.frame(first: 0).bytes, device: "ghost")
    #expect(unknown == .unknownDevice)
    let malformed = await running.queue.submit([1, 2, 3], device: "dev-01")
    #expect(malformed == .malformed(.tooShort, ""))
    running.queue.stop()
    await running.hasEnded()
    #expect(running.status.current.counters.presses == 4)
    #expect(running.status.current.counters.duplicates == 1)
  }

  @Test(
    "when the commit fails the submission hears unavailable, and counts once when it comes again")
  func unavailable() async throws {
    let running = try Running { tick, _, store in if tick == 1 { store.commitFailures = 1 } }
    await running.isServing()
    let payload = EngineDriver.frame(first: 0, presses: 4).bytes
    let outcome = await running.queue.submit(payload, device: "dev-01")
    #expect(outcome == .unavailable)
    var again = outcome
    while again == .unavailable {
      try await Task.sleep(for: .milliseconds(20))
      again = await running.queue.submit(payload, device: "dev-01")
    }
    #expect(again == .answered(epoch: 7, next: 4, isRewind: false, isJSON: false))
    running.queue.stop()
    await running.hasEnded()
    #expect(running.status.current.storeFailures == 1)
  }

  @Test("who hears that nothing can be stored, and asks whether the store writes, hears no")
  func toldFirst() async throws {
    let running = try Running { tick, _, store in if tick == 1 { store.commitFailures = 1 } }
    await running.isServing()
    let (outcome, isStoring) = await withCheckedContinuation { continuation in
      running.queue.submit(EngineDriver.frame(first: 0).bytes, device: "dev-01") { outcome in
        // On the loop's own thread: nothing of it can come between.
        continuation.resume(returning: (outcome, running.status.current.isStoring))
      }
    }
    #expect(outcome == .unavailable && !isStoring)
    running.queue.stop()
    await running.hasEnded()
  }

  @Test("a queue that no loop serves refuses at once")
  func closed() async throws {
    let queue = try SubmissionQueue()
    let outcome = await queue.submit([1], device: "dev-01")
    #expect(outcome == .unavailable)
  }

  @Test("payloads that are read or wait take no more than their bytes, and give them back")
  func bytes() async throws {
    let running = try Running { _, _, _ in }
    await running.isServing()
    let most = IngestLimits.submissionBytesMax / IngestLimits.payloadBytesMax
    var places = (0..<most).map {
      running.queue.place(bytes: IngestLimits.payloadBytesMax, device: "dev-\($0)").place
    }
    #expect(places.allSatisfy { $0 != nil })
    let (none, refusal) = running.queue.place(bytes: 1, device: "dev-01")
    #expect(none == nil && refusal == .unavailable)
    places.removeLast()
    let place = try #require(running.queue.place(bytes: 100, device: "dev-01").place)
    let outcome = await running.queue.submit(EngineDriver.frame(first: 0).bytes, in: place)
    #expect(outcome == .answered(epoch: 7, next: 1, isRewind: false, isJSON: false))
    running.queue.stop()
    await running.hasEnded()
  }

  @Test("of one device so many may wait, one more hears that it is too many; others are served")
  func tooMany() async throws {
    let held = DispatchSemaphore(value: 0)
    let running = try Running { tick, _, _ in
      // Nothing is taken until the test has put everything into the queue.
      if tick == 1 { held.wait() }
    }
    let most = IngestLimits.submissionsPerDeviceMax
    await withTaskGroup(of: SubmissionOutcome.self) { group in
      // The loop stands in its first tick: it is open, and takes nothing.
      await running.isServing()
      for _ in 0..<most + 3 {
        group.addTask {
          await running.queue.submit(EngineDriver.frame(first: 0).bytes, device: "dev-01")
        }
      }
      var refused = 0
      for await outcome in group where outcome == .tooManyRequests {
        refused += 1
        if refused == 3 { break }
      }
      #expect(refused == 3)
      held.signal()
      var answered = 0
      for await outcome in group {
        if case .answered = outcome { answered += 1 }
      }
      #expect(answered == most)
    }
    running.queue.stop()
    await running.hasEnded()
  }
}
