import CivilTime
import Queries
import Reporting

/// Devices that knock and are not registered, with what registers them.
struct UnregisteredView: Sendable {
  let sentence: String
  let table: TableView?
  let others: String?
  /// What belongs into the registry file.
  let lines: String?

  /// Devices that are shown.
  private static let shownMax = 50

  /// nil where nobody knocks.
  init?(_ unregistered: UnregisteredDevices, _ site: Site, _ language: Language) {
    let devices = unregistered.devices.prefix(Self.shownMax)
    if devices.isEmpty && unregistered.otherMessages == 0 { return nil }
    let words = DeviceWords(language, site)
    let count = language.integer(unregistered.devices.count)
    sentence =
      Phrase(
        "Rekisteröimättömiä laitteita, jotka lähettävät: \(count).",
        "Oregistrerade enheter som sänder: \(count).",
        "Unregistered devices that send: \(count).")[language]
    let messages = language.integer(unregistered.otherMessages)
    others =
      unregistered.otherMessages == 0
      ? nil
      : Phrase(
        "Lisäksi \(messages) viestiä nimillä, jotka eivät kelpaa laitteelle.",
        "Dessutom \(messages) meddelanden under namn som ingen enhet kan ha.",
        "Also \(messages) messages under names that no device can have.")[language]
    table =
      devices.isEmpty
      ? nil
      : TableView(
        language.text(.knocking),
        head: [.device, .firstSeen, .lastSeen, .messages].map(language.text),
        rows: devices.map { device in
          [
            .header(device.name), .text(words.moment(device.firstMilliseconds)),
            .text(words.moment(device.lastMilliseconds)),
            .number(language.integer(device.messages)),
          ]
        })
    lines =
      devices.isEmpty
      ? nil
      : devices.map { device in
        let first = site.calendar.date(of: UTC.hour(ofMilliseconds: device.firstMilliseconds))
        return "- {id: \(device.name), from: \(first)}"
      }.joined(separator: "\n")
  }
}
