public import Queries
import Registry
import Store

/// Which devices there are, and how they fare; for administrators also who knocks unregistered.
public struct DevicesPage: Sendable {
  private struct Context {
    let t: [String: String]
    let sentence: String
    let head: [String]
    /// HTML: a hundred devices by a template cost more than all else of the page.
    let rows: String
    let csv: String
    let firmware: FirmwareView?
    let unregistered: UnregisteredView?
  }

  private let devices: Devices
  private let unregistered: UnregisteredDevices?
  private let rollouts: Rollouts?
  private let site: Site

  /// - Parameters:
  ///   - unregistered: nil for who may not see them.
  ///   - rollouts: the same.
  public init(
    _ devices: Devices, unregistered: UnregisteredDevices?, rollouts: Rollouts?, site: Site
  ) {
    self.devices = devices
    self.unregistered = unregistered
    self.rollouts = rollouts
    self.site = site
  }

  public func html(_ frame: Frame) -> String {
    let language = frame.language
    // Those that are silent come first.
    let (silent, others) = (
      devices.devices.filter { $0.isSilent == true }, devices.devices.filter { $0.isSilent != true }
    )
    let (count, quiet, low) = (
      language.integer(devices.devices.count), language.integer(silent.count),
      language.integer(devices.lowBatteryCount)
    )
    let sentence = Phrase(
      "Laitteita \(count), hiljaa \(quiet), paristo vähissä \(low).",
      "Enheter \(count), tysta \(quiet), svagt batteri \(low).",
      "Devices \(count), silent \(quiet), low battery \(low).")[language]
    var rows = Markup()
    for device in silent + others { rows += row(device, frame) }
    let head: [PageWord] = [
      .device, .state, .touchpoint, .lastHeard, .lastPress, .journal, .battery, .firmware,
    ]
    return frame.page(
      title: language.text(.devices),
      Templates.render(
        "devices",
        Context(
          t: language.texts, sentence: sentence, head: head.map(language.text), rows: rows.text,
          csv: Address("/api/v1/devices").asTable(language).text,
          firmware: rollouts.flatMap { FirmwareView($0, DeviceWords(language, site)) },
          unregistered: unregistered.flatMap { UnregisteredView($0, site, language) })))
  }

  /// No classes: the style sheet knows the columns, and a city's list stays small.
  private func row(_ device: Devices.Device, _ frame: Frame) -> Markup {
    let (language, health) = (frame.language, device.health)
    let words = DeviceWords(language, site)
    let name = words.place(device.touchpoint)
    let place: Markup =
      device.touchpoint == Registry.unassigned
      ? "\(name)" : "<a href=\"\(frame.link("/dashboard/\(device.touchpoint)"))\">\(name)</a>"
    let offered = rollouts?.offered[device.name].map { " → \($0)" } ?? ""
    let battery = device.hasLowBattery ? ", \(language.text(.lowBattery))" : ""
    return """
      <tr><th scope="row">\
      <a href="\(frame.link("/devices/\(device.name)"))">\(device.name)</a></th><td>\(words.state(device) + battery)</td><td>\(place)</td><td>\(words.moment(device.lastHeardMilliseconds))</td>\
      <td>\(words.moment(health.lastCountedMilliseconds))</td>\
      <td>\(health.journal.map(language.integer) ?? "–")</td>\
      <td>\(words.volts(health.batteryMillivolts))</td><td>\((health.firmware ?? "–") + offered)</td></tr>

      """
  }
}
