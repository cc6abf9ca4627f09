public import Ingest
import Store

/// Single presses in their order, some of them.
public struct PressesPage: Sendable {
  /// A press as it may be shown.
  ///
  /// A press at a visit says its hour only and neither device nor order, so that no visit can be
  /// told from another.
  public struct Line: Sendable {
    public let touchpoint: String
    public let question: String
    public let isImported: Bool
    /// nil at visits and for imported ones.
    public let device: String?
    let key: PressesCursor.Key
    let press: StoreReader.Snapshot.StoredPress
    let isVisit: Bool

    /// UTC milliseconds since 1970; of a visit the start of its hour.
    public var atMilliseconds: Int64 { key.atMilliseconds }
    /// nil for lost ones.
    public var button: Int? { press.button }
    public var outcome: CountedPress.Outcome { press.outcome }
    public var isEstimated: Bool { press.isEstimated }
    /// 1; of lost ones how many.
    public var count: Int { press.count }
    /// UTC milliseconds since 1970; nil at visits and for imported ones.
    public var receivedAtMilliseconds: Int64? { isVisit ? nil : press.receivedAtMilliseconds }
    public var epoch: Int? { isVisit ? nil : press.epoch.map(Int.init) }
    public var sequence: Int? { isVisit ? nil : press.sequence.map(Int.init) }
    /// Where its frame lies in the archive.
    public var segment: Int? { isVisit ? nil : press.position.map { Int($0.segment) } }
    public var frame: Int? { isVisit ? nil : press.position?.frame }
    /// The press whose repeat interval it fell into.
    public var excludedBy: CountedPress.Reference? { isVisit ? nil : press.excludedBy }
  }

  public let lines: [Line]
  /// Where the next page begins; nil = this is the last.
  public let next: PressesCursor?
}
