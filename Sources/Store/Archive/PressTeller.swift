import CivilTime
import Foundation
import GRDB
import Ingest

/// Reading took longer than it may.
public struct PressesTakeTooLong: Error {}

/// What was told counts otherwise by now.
public struct PressesChanged: Error {}

/// Tells presses out of the segments that hold them.
struct PressTeller: ~Copyable {
  typealias StoredPress = StoreReader.Snapshot.StoredPress

  /// Hours of imported presses read at once: 31 days.
  static let importedHoursMax = 744

  private let db: Database
  private let devices: [StoredDevice]
  private let annulments: Annulments
  private let end: StoreReader.Snapshot.ArchiveEnd
  private let isOver: () -> Bool
  private var history: PressHistory
  /// Read so far.
  private(set) var segments = 0

  init(
    _ db: Database, devices: [StoredDevice], annulments: Annulments,
    end: StoreReader.Snapshot.ArchiveEnd, isOver: @escaping () -> Bool
  ) {
    self.db = db
    self.devices = devices
    self.annulments = annulments
    self.end = end
    self.isOver = isOver
    history = PressHistory(devices: devices.map(\.engineDevice))
  }

  /// Tells what stands in no chapter, of all hours.
  mutating func tell(
    after indexed: Int64, _ wanted: [Int: [Range<UTCHour>]], _ each: (StoredPress) -> Void
  ) throws {
    let rows = try Row.fetchCursor(
      db, sql: "SELECT id, records FROM segment WHERE id > ? AND id <= ? ORDER BY id",
      arguments: [indexed, end.segment])
    while let row = try rows.next() {
      try read(row, row[0], wanted, isPrepared: false, each)
    }
  }

  /// Tells what one chapter holds.
  mutating func tell(
    chapter: Int64, _ wanted: [Int: [Range<UTCHour>]], _ each: (StoredPress) -> Void
  ) throws {
    var asked: [Int: [Range<UTCHour>]] = [:]
    var places: Set<UInt8> = []
    for (device, entry) in try ArchiveIndex.entries(db, chapter: chapter, of: wanted) {
      asked[device] = wanted[device]
      places.formUnion(entry.segments)
      history.begin(device: device, last: entry.last)
      for (epoch, next) in entry.epochs { history.setNext(next, device: device, epoch: epoch) }
    }
    for place in places.sorted() where chapter + Int64(place) <= end.segment {
      let segment = chapter + Int64(place)
      let rows = try Row.fetchCursor(
        db.cachedStatement(sql: "SELECT id, records FROM segment WHERE id = ?"),
        arguments: [segment])
      guard let row = try rows.next() else { throw ArchiveDamaged() }
      try read(row, segment, asked, isPrepared: true, each)
    }
  }

  private mutating func read(
    _ row: Row, _ segment: Int64, _ wanted: [Int: [Range<UTCHour>]], isPrepared: Bool,
    _ each: (StoredPress) -> Void
  ) throws {
    if isOver() { throw PressesTakeTooLong() }
    let records: Data = row[1]
    segments += 1
    let annulments = annulments
    try unsafe records.withUnsafeBytes { bytes in
      var reader = unsafe ArchiveReader(bytes)
      while let record = try reader.next() {
        let frame = reader.place
        guard let hours = wanted[record.device] else { continue }
        if !isPrepared { try ArchiveIndex.prepare(&history, for: record, db) }
        try history.tell(record) { press in
          let hour = UTC.hour(ofMilliseconds: press.atMilliseconds)
          guard hours.contains(where: { $0.contains(hour) }) else { return }
          var told = StoredPress(press, segment: segment, frame: frame)
          if press.outcome != .lost && annulments.contain(device: press.device, hour: hour) {
            told.outcome = .annulled
          }
          each(told)
        }
      }
    }
  }

  /// Tells what imports hold of some hours.
  func tellImported(
    _ stretch: Range<Int>, _ wanted: [Int: [Range<UTCHour>]], _ each: (StoredPress) -> Void
  ) throws {
    for (device, ranges) in wanted.sorted(by: { $0.key < $1.key }) where devices[device].isImport {
      for range in ranges {
        try tellImported(devices[device], hours: range.clamped(to: stretch), each)
      }
    }
  }

  private func tellImported(
    _ device: StoredDevice, hours: Range<UTCHour>, _ each: (StoredPress) -> Void
  ) throws {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT at_ms, button, excluded FROM import_counted
        WHERE device = ? AND hour >= ? AND hour < ? AND at_ms IS NOT NULL
        """, arguments: [device.number + 1, hours.lowerBound, hours.upperBound])
    var told = 0
    while let row = try rows.next() {
      told += 1
      if told % 1000 == 0 && isOver() { throw PressesTakeTooLong() }
      let button: Int = row[1]
      let outcome: CountedPress.Outcome =
        row[2] == 1 ? .excluded : button < device.importedButtons ? .counted : .invalid
      each(
        StoredPress(
          device: device.number, atMilliseconds: row[0], receivedAtMilliseconds: nil,
          button: button, slot: 0, outcome: outcome, isEstimated: false))
    }
  }
}

/// Chapters that are still to be read, by their first hours that are asked for.
struct ChapterQueue {
  /// By day, the last first.
  private var later: [(day: Int, chapter: Int64)]
  /// Those of the first days by hour, the last first.
  private var sooner: [(hour: UTCHour, chapter: Int64)] = []

  /// - Parameter chapters: by their first days.
  init(_ chapters: [(day: Int, chapter: Int64)]) {
    later = chapters.reversed()
  }

  /// The first hour of any; nil when none is left. Chapters without presses of `wanted` are dropped.
  mutating func firstHour(
    _ db: Database, of wanted: [Int: [Range<UTCHour>]], from first: Int
  ) throws -> Int? {
    while let next = later.last, next.day * 24 <= sooner.last?.hour ?? Int.max {
      later.removeLast()
      let hours = try ArchiveIndex.entries(db, chapter: next.chapter, of: wanted)
        .map { max(first, next.day * 24, $0.entry.hours.lowerBound) }
      guard let hour = hours.min() else { continue }
      let place = sooner.firstIndex { $0.hour < hour } ?? sooner.endIndex
      sooner.insert((hour, next.chapter), at: place)
    }
    return sooner.last?.hour
  }

  mutating func next() -> Int64? { sooner.popLast()?.chapter }
}
