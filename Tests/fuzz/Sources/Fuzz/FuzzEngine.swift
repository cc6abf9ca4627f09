import BucketCore
import Ingest

/// The real engine. It takes megabytes, so one serves many inputs, each with a device of its
/// own that nobody has heard of before.
final class FuzzEngine {
  private static let deviceCount = 4000

  let store = FuzzStore()
  private var engine: IngestEngine<FuzzStore>
  private var device = -1

  // libFuzzer has one thread.
  nonisolated(unsafe) private static var counting = FuzzEngine()
  nonisolated(unsafe) private static var replaying = FuzzEngine()

  private init() {
    let devices = (0..<Self.deviceCount).map { number in
      EngineDevice(
        name: "dev-\(number)x", isRegistered: true,
        rules: [
          EngineDevice.Rule(
            hours: 0..<498_000, repeatIntervalMilliseconds: 2000, buttons: [4]),
          EngineDevice.Rule(
            hours: 498_000..<CoreLimits.hourEnd, repeatIntervalMilliseconds: 0, buttons: [5, 2]),
        ])
    }
    engine = IngestEngine(site: "helsinki", devices: devices, store: store)
  }

  /// An engine whose store is empty and whose device is new.
  static func fresh() -> FuzzEngine {
    if unsafe counting.device == deviceCount - 1 {
      unsafe counting = FuzzEngine()
      unsafe replaying = FuzzEngine()
    }
    let engine = unsafe counting
    engine.device += 1
    engine.store.clear()
    return engine
  }

  var deviceName: String { "dev-\(device)x" }
  var pressTopic: [UInt8] { Array("pikapalaute/v1/helsinki/\(deviceName)/press".utf8) }

  /// Takes a message, and says what it was quarantined for; but for bounds, within which it counts.
  func receive(
    _ payload: [UInt8], topic: [UInt8], isRetained: Bool = false
  ) -> QuarantineReason? {
    let before = store.quarantined
    unsafe engine.receive(
      topic: topic.span.bytes, payload: payload.span.bytes, isRetained: isRetained,
      receivedAtMilliseconds: FuzzStore.received)
    commit()
    let bounds: [QuarantineReason] = [.impossibleTime, .impossibleGap]
    return store.quarantined.first { before[$0.key] != $0.value && !bounds.contains($0.key) }?.key
  }

  private func commit() {
    do {
      try engine.commit(answering: true)
    } catch {
      fatalError("\(error)")
    }
    let answers = engine.takeAnswers()
    require(answers.allSatisfy { $0.device == device || device < 0 }, "another is answered")
  }

  /// What was archived can be counted again, and gives as much.
  func checkArchive() {
    let again = unsafe Self.replaying
    again.store.clear()
    do {
      try unsafe store.segment.withUnsafeBytes { bytes in
        var reader = unsafe ArchiveReader(bytes)
        while let record = try reader.next() {
          try again.engine.replay(record)
        }
      }
    } catch {
      fatalError("the archive cannot be counted again: \(error)")
    }
    again.commit()
    require(
      again.store.presses == store.presses && again.store.lost == store.lost, "counted otherwise")
  }
}
