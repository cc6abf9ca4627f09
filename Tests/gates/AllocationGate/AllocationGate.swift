// How often does a press ask for memory on its way from the bytes of a message to its bucket?
// The answer must be 0, but for the commit. Run in release; `--allocate` must make it fail.
import CAllocationCount
import Ingest
import TestSupport

@main
struct AllocationGate {
  static func main() throws {
    let devices = 1000
    let rounds = 60
    let traffic = Traffic(devices: devices)
    let store = CountingStore()
    var engine = IngestEngine(site: "helsinki", devices: traffic.engineDevices, store: store)
    var asked = 0
    var received = RandomHistory.startMilliseconds

    for round in 0...rounds {
      let messages = traffic.messages(round: round, receivedAtMilliseconds: received)
      if round == 1 && CommandLine.arguments.contains("--allocate") { traffic.isAllocating = true }
      // Round 0 loads the cursors, and what the runtime loads at its first use.
      if round > 0 { allocation_count_start() }
      for index in messages.topics.indices {
        let topic = messages.topics[index]
        let payload = messages.payloads[index]
        engine.receive(
          topic: unsafe topic.span.bytes, payload: unsafe payload.span.bytes, isRetained: false,
          receivedAtMilliseconds: Int64(received))
      }
      traffic.allocateIfAsked()
      if round > 0 { asked += allocation_count_stop() }
      let before = store.commits
      try engine.commit(answering: true)
      _ = engine.takeAnswers()
      precondition(before == round && store.commits == round + 1, "a commit within a round")
      received += 60_000
    }

    let total = store.total
    let duplicates = engine.counters.duplicates
    let rewinds = engine.counters.rewinds
    let presses = engine.counters.presses
    print(
      "allocations \(asked) in \(presses) presses: \(total.counts.reduce(0, +)) responses,",
      "\(total.excluded) excluded, \(total.invalid) invalid, \(total.lost) lost,",
      "\(total.estimated) estimated, \(total.late) late, \(duplicates) duplicate frames,",
      "\(rewinds) rewinds,",
      "\(store.loads) cursors loaded, \(store.buckets) buckets in \(rounds) batches")
    let isEverySort =
      total.excluded > 0 && total.invalid > 0 && total.lost > 0 && total.estimated > 0
      && total.late > 0 && duplicates > 0 && rewinds > 0 && store.loads > devices
      && engine.failure == nil && presses >= 1_000_000 && total.presses == presses
      && engine.counters.quarantined == 0
    if !isEverySort { fatalExit("the traffic was not what the gate promises to count") }
    if asked != 0 { fatalExit("a press takes memory") }
  }
}
