import Foundation
import Ingest
import Registry
import Reporting
import Store

/// One page of single presses: the first so many after a place in their order.
///
/// Presses come in the order of the archive, any number of them; only those that the page may
/// still hold are kept.
struct PressesPage: Sendable {
  /// Presses of one answer at most; 200 bytes each on the way.
  static let pressesMax = 100_000

  /// A press as it is shown.
  struct Line: Sendable {
    var key: Key
    var touchpoint: String
    var question: String
    var press: StoreReader.Snapshot.StoredPress
    var isImported: Bool
    /// nil at visits and for imported ones. At visits no more is shown than the key tells.
    var device: String?
    var isVisit: Bool
  }

  /// The order of presses: by time, then by place. Of one place they stand in the order of
  /// receipt; those at a visit in the order of what they show, and nothing else.
  struct Key: Codable, Sendable, Comparable {
    var atMilliseconds: Int64
    var place: [String]
    var numbers: [Int64]

    static func < (first: Key, second: Key) -> Bool {
      if first.atMilliseconds != second.atMilliseconds {
        return first.atMilliseconds < second.atMilliseconds
      }
      if first.place != second.place {
        return first.place.lexicographicallyPrecedes(second.place)
      }
      return first.numbers.lexicographicallyPrecedes(second.numbers)
    }
  }

  /// Where the next page begins, in words that only the service reads.
  struct Cursor: Codable, Sendable {
    /// What came later than the first page is on none.
    var end: StoreReader.Snapshot.ArchiveEnd
    /// The last press of the page before.
    var key: Key
    /// Presses like it that were given already: some look the same.
    var given: Int
  }

  private let limit: Int
  private let after: Cursor?
  private let stays: [Int: [SiteIndex.Stay]]
  private let visits: Set<String>
  private let devices: [StoredDevice]
  private var lines: [Line] = []
  /// Nothing later than this is on the page.
  private var latest = Int64.max

  init(
    limit: Int, after: Cursor?, stays: [SiteIndex.Stay], registry: Registry,
    devices: [StoredDevice]
  ) {
    self.limit = limit
    self.after = after
    self.stays = Dictionary(grouping: stays, by: \.device)
    visits = Set(
      Set(stays.map(\.touchpoint)).filter {
        registry.node($0)?.touchpoint?.channel == .visit
      })
    self.devices = devices
  }

  /// Lines that are kept: the page, what stands before it like its beginning, and one more.
  private var capacity: Int { limit + (after?.given ?? 0) + 1 }

  mutating func add(_ press: StoreReader.Snapshot.StoredPress) {
    let hour = Int(press.atMilliseconds / 3_600_000)
    guard let stay = stays[press.device]?.first(where: { $0.hours.contains(hour) }) else { return }
    let isVisit = visits.contains(stay.touchpoint)
    let at = isVisit ? Int64(hour) * 3_600_000 : press.atMilliseconds
    if at > latest || at < after?.key.atMilliseconds ?? 0 { return }
    let line = line(press, stay, at, isVisit: isVisit)
    if let after, line.key < after.key { return }
    lines.append(line)
    if lines.count >= capacity + capacity / 2 + 1000 { prune() }
  }

  private func line(
    _ press: StoreReader.Snapshot.StoredPress, _ stay: SiteIndex.Stay, _ at: Int64, isVisit: Bool
  ) -> Line {
    let device = devices[press.device]
    let isImported = device.isImport
    var numbers: [Int64] = []
    if let position = press.position, !isVisit {
      numbers = [
        position.segment, Int64(position.frame), Int64(position.place),
        press.outcome == .lost ? 0 : 1,
      ]
    } else {
      numbers = [
        Int64(press.button ?? -1), press.outcome.order, press.isEstimated ? 1 : 0,
        isImported ? 1 : 0, Int64(press.count),
      ]
    }
    let question = stay.questions[press.slot < stay.questions.count ? press.slot : 0]
    let shown = isVisit || isImported ? nil : device.name
    var press = press
    // The press before may have been at a visit, whose time is not told.
    if let before = press.excludedBy,
      device.touchpoint(atHour: Int(before.atMilliseconds / 3_600_000)) != stay.touchpoint
    {
      press.excludedBy = nil
    }
    return Line(
      key: Key(
        atMilliseconds: at, place: [stay.touchpoint, question, shown ?? ""], numbers: numbers),
      touchpoint: stay.touchpoint, question: question, press: press, isImported: isImported,
      device: shown, isVisit: isVisit)
  }

  /// Whether everything on the page is earlier than an hour, so that later presses need no reading.
  mutating func isFull(before hour: Int) -> Bool {
    if lines.count >= capacity { prune() }
    return latest < Int64(hour) * 3_600_000
  }

  private mutating func prune() {
    lines.sort { $0.key < $1.key }
    lines.removeLast(max(0, lines.count - capacity))
    if lines.count == capacity { latest = lines[lines.count - 1].key.atMilliseconds }
  }

  /// The page in its order, and where the next one begins; nil when it is the last.
  ///
  /// - Parameters:
  ///   - end: what the pages are made of.
  ///   - missingFrom: the UTC hour from which on presses may be missing: the page ends there.
  mutating func finish(
    _ end: StoreReader.Snapshot.ArchiveEnd, missingFrom: Int?
  ) -> (lines: [Line], next: Cursor?) {
    prune()
    let missing = missingFrom.map { Int64($0) * 3_600_000 }
    if let missing { lines.removeAll { $0.key.atMilliseconds >= missing } }
    let skipped = after?.given ?? 0
    let page = lines.dropFirst(skipped).prefix(limit)
    guard let last = page.last, skipped + page.count < lines.count else {
      let next = missing.map { missing in
        Cursor(end: end, key: Key(atMilliseconds: missing, place: [], numbers: []), given: 0)
      }
      return (Array(page), next)
    }
    let given = lines.prefix(skipped + page.count).reversed().prefix { $0.key == last.key }.count
    return (Array(page), Cursor(end: end, key: last.key, given: given))
  }
}

extension PressesPage.Cursor {
  /// - Returns: nil when the text is none of ours.
  init?(_ text: String) {
    var base64 = text.replacing("-", with: "+").replacing("_", with: "/")
    base64 += String(repeating: "=", count: (4 - base64.count % 4) % 4)
    guard let data = Data(base64Encoded: base64),
      let cursor = try? JSONDecoder().decode(Self.self, from: data),
      cursor.given >= 0, cursor.given <= PressesPage.givenMax
    else { return nil }
    self = cursor
  }

  /// Base64 that needs no escape in an address.
  func text() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return try encoder.encode(self).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}

extension PressesPage {
  /// Presses that look the same at most, over all pages: what a cursor may say.
  static let givenMax = 1_000_000
}

extension CountedPress.Outcome {
  fileprivate var order: Int64 {
    switch self {
    case .counted: 0
    case .excluded: 1
    case .invalid: 2
    case .lost: 3
    case .annulled: 4
    }
  }
}

extension StoredDevice {
  fileprivate func touchpoint(atHour hour: Int) -> String? {
    timeline.tiles.first { $0.hours.contains(hour) }?.touchpoint
  }
}
