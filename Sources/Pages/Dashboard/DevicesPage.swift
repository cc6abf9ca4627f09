import Foundation
public import Queries
import Registry
import Store

/// Which devices there are, and how they fare.
public struct DevicesPage: Sendable {
  private struct Context {
    let t: [String: String]
    let sentence: String
    let table: TableView
    let csv: String
  }

  private let devices: Devices
  private let site: Site

  public init(_ devices: Devices, site: Site) {
    self.devices = devices
    self.site = site
  }

  public func html(_ frame: Frame) -> String {
    let language = frame.language
    // Those that are silent come first.
    let (silent, others) = (
      devices.devices.filter { $0.isSilent == true }, devices.devices.filter { $0.isSilent != true }
    )
    let (count, quiet) = (
      language.integer(devices.devices.count), language.integer(silent.count)
    )
    let sentence = Phrase(
      "Laitteita \(count), hiljaa \(quiet).", "Enheter \(count), tysta \(quiet).",
      "Devices \(count), silent \(quiet).")[language]
    return frame.page(
      title: language.text(.devices),
      Templates.render(
        "devices",
        Context(
          t: language.texts, sentence: sentence,
          table: TableView(
            language.text(.devices),
            head: [
              language.text(.device), language.text(.state), language.text(.touchpoint),
              language.text(.lastHeard), language.text(.lastPress), language.text(.journal),
              language.text(.battery), language.text(.firmware),
            ], rows: (silent + others).map { row($0, frame) }),
          csv: Address("/api/v1/devices").asTable(language).text)))
  }

  private func row(_ device: Devices.Device, _ frame: Frame) -> [TableView.Cell] {
    let language = frame.language
    let report = DeviceReport(device.health.statusJSON)
    let isPlaced = device.touchpoint != Registry.unassigned
    func moment(_ milliseconds: Int64?) -> String {
      milliseconds.map { language.moment(milliseconds: $0, site.calendar) }
        ?? language.text(.never)
    }
    let place =
      isPlaced
      ? language.name(site.registry.node(device.touchpoint)?.name ?? [:], or: device.touchpoint)
      : language.text(.unassigned)
    return [
      .header(device.name, link: isPlaced ? frame.link("/dashboard/\(device.touchpoint)") : nil),
      .text(state(device, language)), .text(place), .text(moment(device.lastHeardMilliseconds)),
      .text(moment(device.health.lastCountedMilliseconds)),
      .number(report?.journal.map(language.integer)),
      .number(report?.battery_mv.map { language.decimal(Double($0) / 1000, places: 2) }),
      .text(report?.firmware ?? "–"),
    ]
  }

  private func state(_ device: Devices.Device, _ language: Language) -> String {
    if !device.isRegistered { return language.text(.notRegistered) }
    switch device.isSilent {
    case true?: return language.text(.silent)
    case false?: return language.text(.alive)
    case nil: return language.text(.notExpected)
    }
  }
}

/// What a device said of itself, as far as it did; named as in its message.
private struct DeviceReport: Decodable {
  var firmware: String?
  var battery_mv: Int?
  var journal: Int?

  init?(_ json: String?) {
    guard let json, let read = try? JSONDecoder().decode(Self.self, from: Data(json.utf8)) else {
      return nil
    }
    self = read
  }
}
