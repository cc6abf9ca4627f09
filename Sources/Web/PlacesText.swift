import Foundation
import Ingest
import Registry
import Reporting
import Store

/// The site's tree, `GET /api/v1/nodes`.
struct PlacesText {
  let registry: Registry
  let calendar: SiteCalendar
  let scope: Scope

  func json() -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.member("site", registry.site)
      json.member("time_zone", registry.timeZone.identifier)
      json.member("holidays", registry.holidays?.calendar.rawValue)
      json.list("questions", registry.questions) { question, json in
        json.member("id", question.id)
        json.member("buttons", question.buttons)
        json.member("text", question.text)
      }
      json.list("nodes", roots, write)
    }
    return json.bytes
  }

  /// A bound token sees its own node as the root, and nothing of what is above.
  private var roots: [Node] {
    if let node = scope.node, node != registry.site {
      return registry.node(node).map { [$0] } ?? []
    }
    return registry.nodes + (registry.node(Registry.unassigned).map { [$0] } ?? [])
  }

  private func write(_ node: Node, _ json: inout JSONText) {
    json.member("id", node.id)
    json.member("kind", node.kind)
    json.member("name", node.name)
    json.member("opening_hours", node.openingHours?.text)
    if let touchpoint = node.touchpoint {
      json.member("channel", touchpoint.channel.rawValue)
      json.member("questions", touchpoint.questions)
      json.member("repeat_interval_s", Double(touchpoint.repeatIntervalMilliseconds) / 1000)
      json.list("devices", touchpoint.assignments, write)
    }
    json.list("nodes", node.children, write)
  }

  private func write(_ assignment: Assignment, _ json: inout JSONText) {
    json.member("id", assignment.device)
    json.member("from", bound(assignment.hours.lowerBound, open: 0))
    json.member("to", bound(assignment.hours.upperBound, open: Registry.hourEnd))
  }

  private func bound(_ hour: Int, open: Int) -> String? {
    hour == open ? nil : calendar.format(hour: hour)
  }
}

/// The devices and how they fare, `GET /api/v1/devices`.
struct DevicesText {
  let devices: [StoredDevice]
  let health: [DeviceHealth]
  /// Now, UTC since 1970.
  let nowMilliseconds: Int64
  let calendar: SiteCalendar
  let registry: Registry
  let scope: Scope

  /// A device that is not at the broker is silent after this time without a sign of it: its
  /// touchpoint's quietest open hour is not a fault yet.
  static let silentAfterMilliseconds: Int64 = 3_600_000

  func json() -> [UInt8] {
    var json = JSONText()
    json.object { json in
      let seen = zip(devices, health).filter {
        !$0.0.isImport && scope.sees(touchpoint(of: $0.0))
      }
      json.list("devices", seen) { device, json in
        write(device.0, device.1, &json)
      }
    }
    return json.bytes
  }

  /// Devices that should be heard now and are not.
  var silentCount: Int {
    zip(devices, health).count { device, health in
      !device.isImport && isSilent(device, health, heard: heard(health)) == true
    }
  }

  private func write(_ device: StoredDevice, _ health: DeviceHealth, _ json: inout JSONText) {
    json.member("id", device.name)
    json.member("registered", device.isRegistered)
    json.member("touchpoint", touchpoint(of: device))
    json.member("last_press_at", time(health.lastCountedMilliseconds))
    json.member("unsequenced_presses", health.unsequencedPresses)
    json.list("epochs", health.epochs) { epoch, json in
      json.member("epoch", Int(epoch.epoch))
      json.member("next", Int(epoch.next))
      json.member("reused_at", time(epoch.reusedAtMilliseconds))
    }
    json.member(
      "reused_epoch_at", time(health.epochs.compactMap(\.reusedAtMilliseconds).max()))
    json.member("status", json: health.statusJSON)
    json.member("status_received_at", time(health.statusReceivedAtMilliseconds))
    let heard = heard(health)
    json.member("last_heard_at", time(heard < 0 ? nil : heard))
    json.member("silent", json: isSilent(device, health, heard: heard).map { "\($0)" })
  }

  /// Whether nothing is known of a device that should be heard now; nil where none is expected:
  /// it stands nowhere, or its touchpoint is closed.
  private func isSilent(_ device: StoredDevice, _ health: DeviceHealth, heard: Int64) -> Bool? {
    let touchpoint = touchpoint(of: device)
    guard device.isRegistered, touchpoint != Registry.unassigned,
      calendar.isOpen(
        registry.node(touchpoint)?.openingHours, holidays: registry.holidays,
        atSeconds: Int(nowMilliseconds / 1000))
    else { return nil }
    return !health.isPresent && nowMilliseconds - heard > Self.silentAfterMilliseconds
  }

  /// The last sign of a device; negative = none.
  private func heard(_ health: DeviceHealth) -> Int64 {
    max(health.statusHeardAtMilliseconds ?? -1, health.lastCountedMilliseconds ?? -1)
  }

  private func touchpoint(of device: StoredDevice) -> String {
    let hour = Int(nowMilliseconds / 3_600_000)
    return device.timeline.tiles.last { $0.hours.lowerBound <= hour }?.touchpoint
      ?? Registry.unassigned
  }

  private func time(_ milliseconds: Int64?) -> String? {
    milliseconds.map(RFC3339.format(milliseconds:))
  }
}
