import Ingest
import TestSupport

/// An engine over a store in memory, fed with messages as tests write them.
struct EngineDriver: ~Copyable {
  static let received = RandomHistory.startMilliseconds

  let store: MemoryStore
  var engine: IngestEngine<MemoryStore>

  init(_ devices: [EngineDevice], site: String = "helsinki", store: MemoryStore = MemoryStore()) {
    self.store = store
    engine = IngestEngine(site: site, devices: devices, store: store)
  }

  mutating func receive(
    _ payload: [UInt8], topic: String = "pikapalaute/v1/helsinki/dev-01/press",
    isRetained: Bool = false, receivedAtMilliseconds: Int = Self.received
  ) {
    let name = Array(topic.utf8)
    engine.receive(
      topic: unsafe name.span.bytes, payload: unsafe payload.span.bytes, isRetained: isRetained,
      receivedAtMilliseconds: Int64(receivedAtMilliseconds))
  }

  mutating func submit(
    _ payload: [UInt8], device: String = "dev-01", receivedAtMilliseconds: Int = Self.received
  ) throws -> SubmissionOutcome {
    try engine.submit(
      unsafe payload.span.bytes, device: device,
      receivedAtMilliseconds: Int64(receivedAtMilliseconds))
  }

  /// Counts a segment of an archive again.
  mutating func replay(_ segment: [UInt8]) throws {
    try unsafe segment.withUnsafeBytes { bytes in
      var reader = unsafe ArchiveReader(bytes)
      while let record = try reader.next() { try engine.replay(record) }
    }
  }

  /// Commits, and says what is owed.
  mutating func answers() throws -> [PendingAcknowledgement] {
    try engine.commit(answering: true)
    return engine.takeAnswers()
  }

  static func frame(
    epoch: Int = 7, first: Int, presses: Int = 1, isOldest: Bool = true, button: Int = 3
  ) -> PlainFrame {
    PlainFrame(
      isOldest: isOldest, epoch: epoch, first: first, sentAt: received / 1000,
      presses: (0..<presses).map { _ in PlainPress(at: received / 1000, button: button) })
  }
}
