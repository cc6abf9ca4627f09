import BucketCore
import FirmwareProtocol

/// A frame of the archive, read: what a press can be traced to.
public struct ArchivedFrame: Sendable {
  /// A press as it stands in the frame, whatever became of it.
  public struct Press: Sendable {
    /// Seconds on the frame's clock; nil when the device did not know.
    public var atSeconds: UInt32?
    /// 0…999.
    public var milliseconds: Int
    public var button: Int
    public var slot: Int
  }

  /// The device's number.
  public var device: Int
  public var receivedAtMilliseconds: Int64
  /// As they are kept.
  public var bytes: [UInt8]
  /// nil for presses without a sequence.
  public var epoch: UInt32?
  public var firstSequence: UInt32?
  /// The frame's clock is UTC; else the device's own counter.
  public var isUTC: Bool
  public var holdsNothingOlder: Bool
  /// On the frame's clock.
  public var sentAtSeconds: UInt32
  public var presses: [Press]

  /// - Throws: `ArchiveDamaged` when the record is no frame.
  public init(_ record: ArchiveReader.Record) throws {
    self = try record.withFrame { frame, marks in try Self(record, frame, marks) }
  }

  private init(
    _ record: ArchiveReader.Record, _ frame: RawSpan, _ marks: FrameMarks
  ) throws {
    guard let header = try? PressFrame.decode(frame) else { throw ArchiveDamaged() }
    device = record.device
    receivedAtMilliseconds = record.receivedAtMilliseconds
    bytes = unsafe Array(record.payload)
    epoch = marks.isUnsequenced ? nil : header.epoch
    firstSequence = marks.isUnsequenced ? nil : header.firstSequence
    isUTC = header.isUTC
    holdsNothingOlder = header.holdsNothingOlder
    sentAtSeconds = header.sentAt
    presses = (0..<Int(header.count)).map { index in
      let press = PressFrame.press(index, of: frame)
      return Press(
        atSeconds: press.at == PressFrame.timeUnknown ? nil : press.at,
        milliseconds: Int(press.milliseconds), button: Int(press.button), slot: Int(press.slot))
    }
  }
}
