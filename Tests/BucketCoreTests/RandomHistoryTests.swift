import BucketCore
import TestSupport
import Testing

@Suite struct RandomHistoryTests {
  @Test(
    "any history of several devices is counted as the slow model counts it, press by press",
    arguments: 0..<12)
  func histories(_ number: Int) {
    let stream = UInt64(100 + number)
    var generator = Seeded(stream: stream)
    let epochs = [1, 2, 4, 5, 9][number % 5]
    var histories = (0..<4).map { device in
      RandomHistory(stream: stream * 10 + UInt64(device), epochs: epochs)
    }
    var models: [ReferenceDevice] = []
    for device in histories.indices {
      models.append(ReferenceDevice(rules: histories[device].rules()))
    }
    var driver = CoreDriver(devices: models.map(\.rules))
    for _ in 0..<1500 {
      let device = Int.random(in: histories.indices, using: &generator)
      let frame = histories[device].frame()
      let received = histories[device].receivedAtMilliseconds
      if generator.oneIn(9) {
        models[device].takeUnsequenced(frame, receivedAtMilliseconds: received)
        let result = driver.take(
          frame.bytes, device: device, receivedAtMilliseconds: received,
          marks: FrameMarks(isUnsequenced: true))
        #expect(result.outcome == .counted(UInt16(frame.presses.count)), "\(Seeded.command)")
      } else {
        let answer = models[device].take(frame, receivedAtMilliseconds: received)
        let result = driver.take(frame.bytes, device: device, receivedAtMilliseconds: received)
        #expect(Int(result.nextSequence) == answer.next, "\(Seeded.command)")
        #expect((result.outcome == .rewind) == answer.isRewind, "\(Seeded.command)")
      }
      if generator.oneIn(20) { driver.commit() }
    }
    driver.commit()
    for (device, model) in models.enumerated() {
      let stored = driver.stored[device]
      let difference = differences(stored.buckets, model.buckets)
      #expect(difference == nil, "device \(device), \(Seeded.command)")
      #expect(stored.unsequenced == model.pressesUnsequenced, "\(Seeded.command)")
      let last = stored.lastCountedMilliseconds.map { Int($0) }
      #expect(last == model.lastCountedMilliseconds, "\(Seeded.command)")
      for (epoch, next) in model.next where next > 0 {
        #expect(stored.next[UInt32(epoch)] == UInt32(next), "\(Seeded.command)")
      }
      #expect(model.isAccountedFor, "\(Seeded.command)")
      #expect(model.pressesRepeated > 0 && model.pressesRefused > 0, "\(Seeded.command)")
    }
    // A history in which something never happened would prove nothing about it.
    var total = ReferenceBucket()
    for model in models { total.add(model.total) }
    #expect(total.lost > 0 && total.invalid > 0 && total.estimated > 0, "\(Seeded.command)")
    #expect(models.contains { $0.pressesOfTheFuture > 0 }, "\(Seeded.command)")
    #expect(models.contains { $0.lostBeyond > 0 }, "\(Seeded.command)")
    let responses = total.counts.reduce(0, +)
    #expect(total.late > 0 && total.late < responses, "\(Seeded.command)")
    let isLocking = models.contains { $0.rules.contains { $0.intervalMilliseconds > 0 } }
    #expect(total.excluded > 0 || !isLocking, "\(Seeded.command)")
    if epochs > CoreLimits.epochsPerDeviceMax { #expect(driver.cursorCommits > 0) }
  }

  @Test("the same frames sent twice over count once")
  func twice() {
    var history = RandomHistory(stream: 300, epochs: 3)
    var model = ReferenceDevice(rules: history.rules())
    var driver = CoreDriver(devices: [model.rules])
    var kept: [([UInt8], Int)] = []
    for _ in 0..<400 {
      let frame = history.frame()
      _ = model.take(frame, receivedAtMilliseconds: history.receivedAtMilliseconds)
      let result = driver.take(
        frame.bytes, receivedAtMilliseconds: history.receivedAtMilliseconds)
      // What was told to rewind may well join on the second time.
      if result.outcome != .rewind { kept.append((frame.bytes, history.receivedAtMilliseconds)) }
    }
    for (bytes, received) in kept {
      let result = driver.take(bytes, receivedAtMilliseconds: received + 77_000_000)
      #expect(result.outcome == .duplicate, "\(Seeded.command)")
    }
    driver.commit()
    let difference = differences(driver.stored[0].buckets, model.buckets)
    #expect(difference == nil, "\(Seeded.command)")
  }
}
