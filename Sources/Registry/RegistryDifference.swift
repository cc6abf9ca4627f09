public import CivilTime

/// What changes when one registry takes the place of another: devices, places, and what is
/// counted by other rules.
///
/// Texts, opening hours and public rules are not looked at: they change no count and no place.
public struct RegistryDifference: Sendable, Equatable {
  /// A device that the registry before does not list.
  public struct AddedDevice: Sendable, Equatable {
    public var device: String
    /// Node ids, in order of time.
    public var touchpoints: [String]

    public init(device: String, touchpoints: [String]) {
      self.device = device
      self.touchpoints = touchpoints
    }
  }

  /// A stretch of time whose presses of a device belong elsewhere.
  public struct DeviceMove: Sendable, Equatable {
    public var device: String
    /// UTC; open ends are 0 and ``Registry/minuteEnd``.
    public var minutes: Range<UTCMinute>
    /// Node ids of touchpoints, or ``Registry/unassigned``.
    public var from: String
    public var to: String

    public init(device: String, minutes: Range<UTCMinute>, from: String, to: String) {
      self.device = device
      self.minutes = minutes
      self.from = from
      self.to = to
    }
  }

  /// Something of a place or question that has another value.
  public struct Change<Value: Sendable & Equatable>: Sendable, Equatable {
    /// Of the node or question.
    public var id: String
    public var from: Value
    public var to: Value

    public init(_ id: String, from: Value, to: Value) {
      self.id = id
      self.from = from
      self.to = to
    }
  }

  // MARK: Devices, sorted by id

  public var addedDevices: [AddedDevice] = []
  public var movedDevices: [DeviceMove] = []
  /// Their presses stand under ``Registry/unassigned`` then.
  public var removedDevices: [String] = []
  /// Devices of both registries that ask other questions at some time.
  public var askingDevices: [String] = []
  /// Devices of both registries whose presses are counted again: by other buttons or another repeat
  /// interval at some time.
  public var recountedDevices: [String] = []

  // MARK: Places and questions, in file order

  public var addedPlaces: [String] = []
  public var removedPlaces: [String] = []
  /// Names by language.
  public var renamedPlaces: [Change<[String: String]>] = []
  /// The node above, or the site.
  public var movedPlaces: [Change<String>] = []
  /// Number of buttons of questions: their presses are counted again.
  public var changedButtons: [Change<Int>] = []
  /// The question whose answers with help a question counts, new ones too; nil = it is asked by itself.
  public var changedHelp: [Change<String?>] = []
  /// Repeat intervals of touchpoints, milliseconds: their presses are counted again.
  public var changedIntervals: [Change<Int>] = []

  public init() {}

  /// - Parameter before: nil = no registry was ever applied.
  ///
  /// Takes as long as making the timelines of both.
  public init(from before: Registry?, to after: Registry) {
    compareDevices(before?.timelines ?? [], after.timelines)
    comparePlaces(before, after)
  }

  /// No device, place or rule changes.
  public var isEmpty: Bool { self == RegistryDifference() }

  private mutating func compareDevices(_ before: [DeviceTimeline], _ after: [DeviceTimeline]) {
    let earlier = Dictionary(uniqueKeysWithValues: before.map { ($0.device, $0) })
    for timeline in after {
      guard let known = earlier[timeline.device] else {
        addedDevices.append(
          AddedDevice(device: timeline.device, touchpoints: timeline.touchpoints))
        continue
      }
      if known != timeline { compare(known, timeline) }
    }
    let listed = Set(after.map(\.device))
    removedDevices = before.map(\.device).filter { !listed.contains($0) }
  }

  private mutating func compare(_ before: DeviceTimeline, _ after: DeviceTimeline) {
    let firstMove = movedDevices.count
    var (isAskingOtherwise, isRecounted) = (false, false)
    var intervals = (before: before.intervals[...], after: after.intervals[...])
    while let old = intervals.before.first, let new = intervals.after.first {
      let minutes = old.minutes.clamped(to: new.minutes)
      if old.touchpoint != new.touchpoint {
        // Tiles that differ in their questions alone are one stretch of places.
        if movedDevices.count > firstMove, let last = movedDevices.last,
          last.minutes.upperBound == minutes.lowerBound, last.from == old.touchpoint,
          last.to == new.touchpoint
        {
          movedDevices[movedDevices.count - 1].minutes =
            last.minutes.lowerBound..<minutes.upperBound
        } else {
          movedDevices.append(
            DeviceMove(
              device: after.device, minutes: minutes, from: old.touchpoint, to: new.touchpoint))
        }
      }
      if old.questions != new.questions { isAskingOtherwise = true }
      if old.buttons != new.buttons
        || old.repeatIntervalMilliseconds != new.repeatIntervalMilliseconds
      {
        isRecounted = true
      }
      if old.minutes.upperBound == minutes.upperBound { intervals.before.removeFirst() }
      if new.minutes.upperBound == minutes.upperBound { intervals.after.removeFirst() }
    }
    if isAskingOtherwise { askingDevices.append(after.device) }
    if isRecounted { recountedDevices.append(after.device) }
  }

  private mutating func comparePlaces(_ before: Registry?, _ after: Registry) {
    let above = (before: before?.nodesAbove() ?? [:], after: after.nodesAbove())
    for node in after.allNodes {
      guard let before, let known = before.node(node.id) else {
        addedPlaces.append(node.id)
        continue
      }
      if known.name != node.name {
        renamedPlaces.append(Change(node.id, from: known.name, to: node.name))
      }
      let parents = (above.before[node.id]?.last, above.after[node.id]?.last)
      if case (let old?, let new?) = parents, old != new {
        movedPlaces.append(Change(node.id, from: old, to: new))
      }
      if let old = known.touchpoint?.repeatIntervalMilliseconds,
        let new = node.touchpoint?.repeatIntervalMilliseconds, old != new
      {
        changedIntervals.append(Change(node.id, from: old, to: new))
      }
    }
    guard let before else { return }
    removedPlaces = before.allNodes.map(\.id).filter { after.node($0) == nil }
    let known = Dictionary(uniqueKeysWithValues: before.questions.map { ($0.id, $0) })
    for question in after.questions {
      let old = known[question.id]
      if let old, old.buttons != question.buttons {
        changedButtons.append(Change(question.id, from: old.buttons, to: question.buttons))
      }
      if old?.withHelpOf != question.withHelpOf {
        changedHelp.append(Change(question.id, from: old?.withHelpOf, to: question.withHelpOf))
      }
    }
  }
}

extension DeviceTimeline {
  /// Node ids where it stood, each once, in order of time; without ``Registry/unassigned``.
  fileprivate var touchpoints: [String] {
    var found: [String] = []
    for tile in intervals where tile.touchpoint != Registry.unassigned {
      if !found.contains(tile.touchpoint) { found.append(tile.touchpoint) }
    }
    return found
  }
}
