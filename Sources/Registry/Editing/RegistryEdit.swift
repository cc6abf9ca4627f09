public import CivilTime

/// Changes the device entries of a registry's text, and nothing else of it: comments, order and
/// layout stay as somebody wrote them.
///
/// What comes out is read again, and must say what went in with exactly the changes; a text that is
/// laid out in a way that is not seen through here is refused, never guessed at.
public struct RegistryEdit: Sendable {
  let yaml: String
  let name: String
  let registry: Registry
  /// Of the site, for moments of changes.
  public let zone: ZoneOffsets

  /// - Parameter name: of the text, for messages.
  public init(yaml: String, name: String) throws(RegistryError) {
    self.yaml = yaml
    self.name = name
    registry = try Registry(yaml: yaml, name: name)
    zone = ZoneOffsets(registry.timeZone)
  }

  /// A device entry of the registry: the touchpoint, and its place in its list.
  struct Entry: Hashable {
    let touchpoint: String
    let place: Int
  }

  /// An entry that comes at the end of a touchpoint's list.
  struct NewEntry {
    let assignment: Assignment
    /// As `questions` when the entry names its own; nil = the touchpoint's.
    let questions: [String]?
  }

  /// What changes entries: ends of some, and new ones by touchpoint.
  struct Plan {
    var ends: [Entry: UTCMinute] = [:]
    var new: [String: [NewEntry]] = [:]
  }

  /// The text with all of the changes, each of which looks at the text as it was.
  ///
  /// - Throws: `RegistryEditError` where one cannot be made, or they do not go together.
  public func applying(_ changes: [DeviceChange]) throws(RegistryEditError) -> String {
    var plan = Plan()
    for change in changes { try add(change, to: &plan) }
    let expected = expected(plan)
    let edited: String
    let read: Registry
    do {
      edited = try RegistryText(yaml).edited(by: plan, zone)
      read = try Registry(yaml: edited, name: name)
    } catch let error as RegistryError {
      throw RegistryEditError("that cannot be: \(error.reason)")
    } catch {
      throw Self.unseen
    }
    guard read == expected else { throw Self.unseen }
    return edited
  }

  private static let unseen = RegistryEditError(
    "the registry is laid out in a way that this edit does not see through (aliases, or texts over "
      + "several lines); edit the file, then: pikapalaute apply FILE")

  /// The registry with the plan's entries.
  private func expected(_ plan: Plan) -> Registry {
    registry.replacingAssignments { touchpoint, assignments in
      assignments.enumerated().map { place, assignment in
        guard let end = plan.ends[Entry(touchpoint: touchpoint, place: place)] else {
          return assignment
        }
        return Assignment(
          device: assignment.device, minutes: assignment.minutes.lowerBound..<end,
          questions: assignment.questions)
      } + (plan.new[touchpoint] ?? []).map(\.assignment)
    }
  }
}
