import FirmwareProtocol
import Ingest
import TestSupport
import Testing

@Suite struct EngineHistoryTests {
  @Test(
    "any history, over MQTT and HTTP, with stores that fail, counts as the slow model says",
    arguments: 0..<6)
  func histories(_ number: Int) throws {
    let stream = UInt64(500 + number)
    var generator = Seeded(stream: stream)
    var histories = (0..<3).map { device in
      RandomHistory(stream: stream * 10 + UInt64(device), epochs: 6)
    }
    var models: [ReferenceDevice] = []
    for device in histories.indices {
      models.append(ReferenceDevice(rules: histories[device].rules()))
    }
    let devices = models.enumerated().map { EngineDevice("dev-\($0)", rules: $1.rules) }
    let store = MemoryStore()
    var driver = EngineDriver(devices, store: store)
    /// What was taken since the last commit and would come again after a failure.
    var pending: [(device: Int, bytes: [UInt8], received: Int)] = []
    func frames(
      _ driver: inout EngineDriver, _ list: [(device: Int, bytes: [UInt8], received: Int)]
    ) {
      for message in list {
        driver.receive(
          message.bytes, topic: "pikapalaute/v1/helsinki/dev-\(message.device)/press",
          receivedAtMilliseconds: message.received)
      }
    }
    var failures = 0
    for _ in 0..<1200 {
      let device = Int.random(in: histories.indices, using: &generator)
      let frame = histories[device].frame()
      let received = histories[device].receivedAtMilliseconds
      let answer = models[device].take(frame, receivedAtMilliseconds: received)
      // What was told to rewind could join on when it came again; its device sends it anew.
      if !answer.isRewind { pending.append((device, frame.bytes, received)) }
      frames(&driver, [(device, frame.bytes, received)])
      if !generator.oneIn(12) { continue }
      if generator.oneIn(3) { store.commitFailures = 1 }
      do {
        try driver.engine.commit(answering: true)
      } catch {
        // The service starts over from the store; the broker delivers again.
        failures += 1
        store.commitFailures = 0
        driver = EngineDriver(devices, store: store)
        frames(&driver, pending)
        try driver.engine.commit(answering: true)
      }
      pending = []
    }
    try driver.engine.commit(answering: true)
    #expect(failures > 0)
    for (device, model) in models.enumerated() {
      let difference = differences(store.buckets(device), model.buckets)
      #expect(difference == nil, "device \(device), \(Seeded.command)")
      #expect(model.isAccountedFor, "\(Seeded.command)")
    }
  }
}
