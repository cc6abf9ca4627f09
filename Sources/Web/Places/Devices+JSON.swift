import Ingest
import Queries
import Store

extension Devices {
  func json() -> [UInt8] {
    var json = JSONText()
    json.object { $0.list("devices", devices, write) }
    return json.bytes
  }

  private func write(_ device: Device, _ json: inout JSONText) {
    let health = device.health
    json.member("id", device.name)
    json.member("registered", device.isRegistered)
    json.member("touchpoint", device.touchpoint)
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
    json.member("last_heard_at", time(device.lastHeardMilliseconds))
    if let isSilent = device.isSilent {
      json.member("silent", isSilent)
    } else {
      json.memberNull("silent")
    }
  }

  private func time(_ milliseconds: Int64?) -> String? {
    milliseconds.map(RFC3339.format(milliseconds:))
  }
}
