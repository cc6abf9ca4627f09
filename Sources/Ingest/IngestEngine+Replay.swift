import BucketCore
import FirmwareProtocol

extension IngestEngine {
  /// The checksum that stands beside a segment of the archive.
  public func checksum(_ segment: RawSpan) -> UInt32 {
    batch.core.checksum(segment)
  }

  /// Counts a record of the archive again, without keeping it a second time.
  ///
  /// - Throws: what the store throws, or `ArchiveDamaged` when the record does not count.
  public mutating func replay(_ record: ArchiveReader.Record) throws {
    try record.withFrame { frame, marks in
      try replay(
        frame, marks, device: record.device,
        receivedAtMilliseconds: record.receivedAtMilliseconds)
    }
  }

  /// Has the store asked anew for a device. Nothing of it waits for a commit.
  mutating func forget(device: Int) {
    batch.core.forget(device: device)
  }

  /// Counts one frame again.
  mutating func replay(
    _ frame: RawSpan, _ marks: FrameMarks, device: Int, receivedAtMilliseconds: Int64
  ) throws {
    while true {
      let delivery = batch.count(
        frame, marks, device: device, receivedAtMilliseconds: receivedAtMilliseconds)
      switch delivery {
      case .taken: return
      case .unknownCursor(_, let epoch):
        let isInstalled = try load(device: device, epoch: marks.isUnsequenced ? nil : epoch)
        if !isInstalled { try commit(answering: false) }
      case .batchFull: try commit(answering: false)
      default: throw ArchiveDamaged()
      }
    }
  }
}
