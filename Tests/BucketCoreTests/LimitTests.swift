import BucketCore
import FirmwareProtocol
import TestSupport
import Testing

@Suite struct LimitTests {
  static let rules = [
    ReferenceRule(hours: 0..<2_000_000, intervalMilliseconds: 0, buttons: [4])
  ]

  /// A frame whose every press falls into an hour of its own.
  static func spread(first: Int, presses: Int, fromHour hour: Int) -> [UInt8] {
    PlainFrame(
      epoch: 1, first: first, sentAt: 1_795_255_200,
      presses: (0..<presses).map { PlainPress(at: (hour + $0) * 3600, button: 1) }
    ).bytes
  }

  static let received = RandomHistory.startMilliseconds

  @Test("a frame that finds no room for its buckets changes nothing, and counts after the commit")
  func buckets() {
    var driver = CoreDriver(devices: [Self.rules])
    var sent = 0
    while sent + 1000 <= CoreLimits.bucketsPerBatchMax {
      let bytes = Self.spread(first: sent, presses: 1000, fromHour: sent)
      let result = driver.take(bytes, receivedAtMilliseconds: Self.received)
      #expect(result.outcome == .counted(1000))
      sent += 1000
    }
    #expect(driver.commits == 0)
    let rest = CoreLimits.bucketsPerBatchMax - sent
    let deltas = driver.deltas()
    let touched = driver.touched()
    for presses in [rest + 1, 1000] {
      let bytes = Self.spread(first: sent, presses: presses, fromHour: sent)
      let full = driver.apply(bytes, receivedAtMilliseconds: Self.received)
      #expect(full.outcome == .batchFull)
      let isSame = driver.deltas() == deltas && driver.touched() == touched
      #expect(isSame)
    }
    // Room is judged by the number of presses, so exactly what is left still fits.
    let last = Self.spread(first: sent, presses: rest, fromHour: sent)
    let fits = driver.apply(last, receivedAtMilliseconds: Self.received)
    #expect(fits.outcome == .counted(UInt16(rest)))
    #expect(driver.core.deltaCount == CoreLimits.bucketsPerBatchMax)
    sent += rest
    // The full table still answers a repeated frame's like by batchFull, never by growing.
    let over = Self.spread(first: sent, presses: 1, fromHour: sent)
    let full = driver.apply(over, receivedAtMilliseconds: Self.received)
    #expect(full.outcome == .batchFull)
    let counted = driver.take(over, receivedAtMilliseconds: Self.received)
    #expect(counted.outcome == .counted(1))
    driver.commit()
    #expect(driver.commits == 2)
    #expect(driver.stored[0].buckets.count == sent + 1)
    let responses = driver.stored[0].buckets.values.reduce(0) { $0 + $1.counts[1] }
    #expect(responses == sent + 1)
  }

  @Test("a batch touches cursorsPerBatchMax cursors, then it is full, and nothing is lost")
  func cursors() {
    let devices = CoreLimits.cursorsPerBatchMax + 1
    var driver = CoreDriver(devices: Array(repeating: Self.rules, count: devices))
    let bytes = Self.spread(first: 0, presses: 1, fromHour: 498_000)
    for device in 0..<CoreLimits.cursorsPerBatchMax {
      let result = driver.take(bytes, device: device, receivedAtMilliseconds: Self.received)
      #expect(result.outcome == .counted(1))
    }
    #expect(driver.commits == 0 && driver.core.touchedCount == CoreLimits.cursorsPerBatchMax)
    let last = devices - 1
    let isInstalled = driver.core.install(
      device: last, epoch: 1, next: 0, lastCountedMilliseconds: nil)
    #expect(isInstalled)
    let full = driver.apply(bytes, device: last, receivedAtMilliseconds: Self.received)
    #expect(full.outcome == .batchFull)
    #expect(driver.core.touchedCount == CoreLimits.cursorsPerBatchMax)
    let counted = driver.take(bytes, device: last, receivedAtMilliseconds: Self.received)
    #expect(counted.outcome == .counted(1))
    driver.commit()
    #expect(driver.commits == 2)
    let responses = driver.stored.reduce(0) { $0 + $1.buckets.values.reduce(0) { $0 + $1.presses } }
    #expect(responses == devices)
  }

  @Test("an epoch that moved is never given up before the commit")
  func epochs() {
    var driver = CoreDriver(devices: [Self.rules])
    func frame(_ epoch: Int, _ first: Int) -> [UInt8] {
      PlainFrame(
        epoch: epoch, first: first, sentAt: 1_795_255_200,
        presses: [PlainPress(at: 1_795_255_200, button: 0)]
      ).bytes
    }
    for epoch in 0..<CoreLimits.epochsPerDeviceMax {
      _ = driver.take(frame(epoch, 0), receivedAtMilliseconds: Self.received)
    }
    let asked = driver.apply(frame(99, 0), receivedAtMilliseconds: Self.received)
    #expect(asked.outcome == .unknownCursor && asked.epoch == 99)
    let isInstalled = driver.core.install(
      device: 0, epoch: 99, next: 0, lastCountedMilliseconds: nil)
    #expect(!isInstalled)
    for epoch in 0..<CoreLimits.epochsPerDeviceMax {
      let again = driver.apply(frame(epoch, 0), receivedAtMilliseconds: Self.received)
      #expect(again.outcome == .duplicate && again.nextSequence == 1)
    }
    driver.commit()
    let counted = driver.take(frame(99, 0), receivedAtMilliseconds: Self.received)
    #expect(counted.outcome == .counted(1))
  }

  @Test("a frame that is malformed changes nothing")
  func malformed() {
    var driver = CoreDriver(devices: [Self.rules])
    var bytes = Self.spread(first: 0, presses: 3, fromHour: 498_000)
    bytes[20] ^= 1
    let result = driver.apply(bytes, receivedAtMilliseconds: Self.received)
    #expect(result.outcome == .malformed(.checksumMismatch))
    #expect(driver.core.touchedCount == 0 && driver.core.deltaCount == 0)
  }

  @Test("the fast checksum is the wire's, at every length")
  func checksum() {
    let driver = CoreDriver(devices: [Self.rules])
    var generator = Seeded(stream: 20)
    let lengths = Array(0...300) + (1...1000).map { PressFrame.byteCount(presses: $0) - 4 }
    for length in lengths + [4_194_304 - 5] {
      let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
      let raw = unsafe bytes.span.bytes
      let fast = driver.core.checksum(raw)
      let plain = CRC32.checksum(raw, count: length)
      #expect(fast == plain, "\(length) bytes, \(Seeded.command)")
    }
  }
}
