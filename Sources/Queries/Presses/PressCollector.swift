import CivilTime
import Ingest
import Registry
import Reporting
import Store

/// Makes a page of single presses: the first so many after a place in their order.
///
/// Presses come in the order of the archive, any number of them; only those that the page may
/// still hold are kept.
struct PressCollector {
  typealias Line = PressesPage.Line
  typealias Key = PressesCursor.Key

  private let limit: Int
  private let after: PressesCursor?
  private let assignments: [Int: [SiteIndex.AssignmentInterval]]
  private let visits: Set<String>
  private let devices: [StoredDevice]
  private var lines: [Line] = []
  /// Nothing later than this is on the page.
  private var latest = Int64.max

  init(
    limit: Int, after: PressesCursor?, assignments: [SiteIndex.AssignmentInterval],
    registry: Registry, devices: [StoredDevice]
  ) {
    self.limit = limit
    self.after = after
    self.assignments = Dictionary(grouping: assignments, by: \.device)
    visits = Set(
      Set(assignments.map(\.touchpoint)).filter {
        registry.node($0)?.touchpoint?.channel == .visit
      })
    self.devices = devices
  }

  /// Lines that are kept: the page, what stands before it like its beginning, and one more.
  private var capacity: Int { limit + (after?.given ?? 0) + 1 }

  mutating func add(_ press: StoreReader.Snapshot.StoredPress) {
    let hour = UTC.hour(ofMilliseconds: press.atMilliseconds)
    let minute = UTC.minute(ofMilliseconds: press.atMilliseconds)
    guard let assignment = assignments[press.device]?.first(where: { $0.minutes.contains(minute) })
    else { return }
    let isVisit = visits.contains(assignment.touchpoint)
    let at = isVisit ? UTC.milliseconds(ofHour: hour) : press.atMilliseconds
    if at > latest || at < after?.key.atMilliseconds ?? 0 { return }
    let line = line(press, assignment, at, isVisit: isVisit)
    if let after, line.key < after.key { return }
    lines.append(line)
    if lines.count >= capacity + capacity / 2 + 1000 { prune() }
  }

  private func line(
    _ press: StoreReader.Snapshot.StoredPress, _ assignment: SiteIndex.AssignmentInterval,
    _ at: Int64, isVisit: Bool
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
    let question = assignment.questions[press.slot < assignment.questions.count ? press.slot : 0]
    let shown = isVisit || isImported ? nil : device.name
    var press = press
    // The press before may have been at a visit, whose time is not told.
    if let before = press.excludedBy,
      device.touchpoint(atMinute: UTC.minute(ofMilliseconds: before.atMilliseconds))
        != assignment.touchpoint
    {
      press.excludedBy = nil
    }
    return Line(
      touchpoint: assignment.touchpoint, question: question, isImported: isImported, device: shown,
      key: Key(
        atMilliseconds: at, place: [assignment.touchpoint, question, shown ?? ""], numbers: numbers),
      press: press, isVisit: isVisit)
  }

  /// Whether everything on the page is earlier than an hour, so that later presses need no reading.
  mutating func isFull(before hour: UTCHour) -> Bool {
    if lines.count >= capacity { prune() }
    return latest < UTC.milliseconds(ofHour: hour)
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
  ) -> PressesPage {
    prune()
    let missing = missingFrom.map { UTC.milliseconds(ofHour: $0) }
    if let missing { lines.removeAll { $0.key.atMilliseconds >= missing } }
    let skipped = after?.given ?? 0
    let page = lines.dropFirst(skipped).prefix(limit)
    guard let last = page.last, skipped + page.count < lines.count else {
      let next = missing.map { missing in
        PressesCursor(
          end: end, key: Key(atMilliseconds: missing, place: [], numbers: []), given: 0)
      }
      return PressesPage(lines: Array(page), next: next)
    }
    let given = lines.prefix(skipped + page.count).reversed().prefix { $0.key == last.key }.count
    return PressesPage(
      lines: Array(page), next: PressesCursor(end: end, key: last.key, given: given))
  }
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
  fileprivate func touchpoint(atMinute minute: UTCMinute) -> String? {
    timeline.intervals.first { $0.minutes.contains(minute) }?.touchpoint
  }
}
