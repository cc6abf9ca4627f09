public import CivilTime
import Foundation
import GRDB
public import Ingest

extension StoreReader.Snapshot {
  /// One press, or presses lost, wherever it came from.
  public struct StoredPress: Sendable {
    /// The device's number, also of the device that stands for imported numbers.
    public var device: Int
    /// UTC milliseconds since 1970.
    public var atMilliseconds: Int64
    /// nil for imported ones.
    public var receivedAtMilliseconds: Int64?
    /// nil for lost ones.
    public var button: Int?
    public var slot: Int
    public var outcome: CountedPress.Outcome
    public var isEstimated: Bool
    /// 1; of lost ones how many.
    public var count = 1
    public var epoch: UInt32?
    public var sequence: UInt32?
    public var excludedBy: CountedPress.Reference?
    /// Where its frame lies in the archive; nil for imported ones.
    public var position: ArchivePosition?
  }

  /// Where a press lies in the archive.
  public struct ArchivePosition: Sendable {
    public var segment: Int64
    /// The frame's place in its segment, from 1.
    public var frame: Int
    /// The press's place in its frame, from 0.
    public var place: Int
  }

  /// How far the archive went at some moment, and under which registry and imports.
  public struct ArchiveEnd: Codable, Sendable, Equatable {
    /// The last segment; 0 = none.
    public var segment: Int64
    /// Its checksum: a restored copy may have other segments of the same numbers.
    var checksum: Int64
    /// Grows when what was received before may count otherwise, or another import is there.
    var every: Int64
  }

  /// How far the archive goes now.
  public func archiveEnd() throws -> ArchiveEnd {
    let row = try Row.fetchOne(
      db, sql: "SELECT id, checksum FROM segment ORDER BY id DESC LIMIT 1")
    return ArchiveEnd(segment: row?[0] ?? 0, checksum: row?[1] ?? 0, every: try every())
  }

  /// Whether the presses up to `end` are still what they were then.
  public func holds(_ end: ArchiveEnd) throws -> Bool {
    let checksum = try Int64.fetchOne(
      db, sql: "SELECT checksum FROM segment WHERE id = ?", arguments: [end.segment])
    return try checksum ?? 0 == end.checksum && every() == end.every
  }

  private func every() throws -> Int64 {
    try Int64.fetchOne(db, sql: "SELECT every FROM revision") ?? 0
  }

  /// What `presses` came to.
  public struct PressesTold: Sendable {
    /// The UTC hour from which on presses may be missing; nil = all were told.
    public var missingFrom: Int?
    /// Segments of the archive that were read.
    public var segments = 0
  }

  /// Tells the single presses of some devices in a range of time, in no order.
  ///
  /// Reads all segments that are in no chapter yet, then each chapter of the archive that can hold
  /// such presses, those with the earliest first. Between two chapters the snapshot is a newer one, so
  /// that the WAL does not grow behind a long answer.
  ///
  /// - Parameters:
  ///   - wanted: per device number, the hours asked for.
  ///   - end: what was received later is left out.
  ///   - isOver: asked before each segment: whether it has taken too long.
  ///   - goesOn: asked whenever all presses up to an hour were told; false ends there.
  /// - Throws: ``PressesTakeTooLong`` when it is over; ``PressesChanged`` when they count otherwise
  ///   meanwhile.
  public func presses(
    hours wanted: [Int: [Range<UTCHour>]], upTo end: ArchiveEnd, isOver: @escaping () -> Bool,
    goesOn: (_ hour: UTCHour) -> Bool, _ each: (StoredPress) -> Void
  ) throws -> PressesTold {
    let ranges = wanted.values.joined()
    guard let first = ranges.map(\.lowerBound).min(), let last = ranges.map(\.upperBound).max()
    else { return PressesTold() }
    let indexed = try ArchiveIndex.end(db)
    var teller = PressTeller(
      db, devices: try StoredDevice.fetchAll(db), annulments: try Annulments.load(db), end: end,
      isOver: isOver)
    try teller.tell(after: indexed, wanted, each)
    var chapters = ChapterQueue(
      try ArchiveIndex.chapters(db, hours: first..<last, upTo: min(indexed, end.segment)))
    var hour = first
    while hour < last {
      // Everything earlier than the next chapter's first press was told, but for imported ones.
      let complete = try chapters.firstHour(db, of: wanted, from: first) ?? last
      if complete <= hour, let chapter = chapters.next() {
        try teller.tell(chapter: chapter, wanted, each)
        try renew(end)
        continue
      }
      let stretch = hour..<min(complete, last, hour + PressTeller.importedHoursMax)
      try teller.tellImported(stretch, wanted, each)
      hour = stretch.upperBound
      if hour < last && !goesOn(hour) {
        return PressesTold(missingFrom: hour, segments: teller.segments)
      }
    }
    return PressesTold(missingFrom: nil, segments: teller.segments)
  }

  /// Goes on with a newer snapshot of the same presses.
  private func renew(_ end: ArchiveEnd) throws {
    try db.execute(sql: "COMMIT")
    try db.execute(sql: "BEGIN")
    if try !holds(end) { throw PressesChanged() }
  }
}

extension StoreReader.Snapshot.StoredPress {
  init(_ press: CountedPress, segment: Int64, frame: Int) {
    self.init(
      device: press.device, atMilliseconds: press.atMilliseconds,
      receivedAtMilliseconds: press.receivedAtMilliseconds, button: press.button,
      slot: press.slot, outcome: press.outcome, isEstimated: press.isEstimated,
      count: press.count, epoch: press.epoch, sequence: press.sequence,
      excludedBy: press.excludedBy,
      position: StoreReader.Snapshot.ArchivePosition(
        segment: segment, frame: frame, place: press.place))
  }
}

extension StoreReader.Snapshot {
  /// The frames of one segment of the archive, in their order, each with its device's name and its place
  /// from 1: where one was erased, none has it.
  ///
  /// - Returns: nil when there is no such segment.
  /// - Throws: `ArchiveDamaged` when its bytes are not frames.
  public func frames(
    segment: Int64
  ) throws -> [(place: Int, device: String, frame: ArchivedFrame)]? {
    guard
      let row = try Row.fetchOne(
        db, sql: "SELECT records FROM segment WHERE id = ?", arguments: [segment])
    else { return nil }
    let names = try StoredDevice.fetchAll(db).map(\.name)
    return try row.withUnsafeData(atIndex: 0) { records in
      try unsafe (records ?? Data()).withUnsafeBytes { bytes in
        var reader = unsafe ArchiveReader(bytes)
        var frames: [(place: Int, device: String, frame: ArchivedFrame)] = []
        while let record = try reader.next() {
          guard record.device < names.count else { throw ArchiveDamaged() }
          frames.append((reader.place, names[record.device], try ArchivedFrame(record)))
        }
        return frames
      }
    }
  }
}
