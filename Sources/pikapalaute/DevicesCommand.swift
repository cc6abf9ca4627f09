import ArgumentParser
import CivilTime
import Queries
import Store

/// `pikapalaute devices`: what each device runs, and what it was told.
struct DevicesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices", abstract: "List the devices: firmware and configuration.",
    discussion: """
      A line each, cells between tabs: device, touchpoint, when it was last heard, model, firmware, \
      the version that it is offered and did not take yet, the revision of the configuration that it \
      was told, the one that it reported. Changes nothing, also while the service runs.
      """)

  @OptionGroup var options: DatabaseOptions
  @Flag(help: "Only those that report another configuration than they were told.")
  var behind = false

  func run() async throws {
    try await reportingFailure {
      let file = try await options.existingFile()
      let reader = try StoreReader(file)
      let offered = Rollouts(try await FirmwareOffers(try TokenStore(file)).all()).offered
      guard let site = Site(try await reader.read { try $0.appliedSite() }) else {
        throw OptionError("no registry was ever applied; run: pikapalaute apply FILE")
      }
      let devices = try await reader.answer(
        DevicesQuery(site: site, scope: .everything, nowMilliseconds: Clocks.wallMilliseconds()))
      print("device\ttouchpoint\tlast heard\tmodel\tfirmware\toffered\tconfigured\treported")
      for device in devices.devices where device.isRegistered && (!behind || device.isBehind) {
        let (health, heard) = (device.health, device.lastHeardMilliseconds)
        let cells = [
          device.name, device.touchpoint, heard.map { RFC3339.format(milliseconds: $0) },
          health.model, health.firmware, offered[device.name],
          health.configuredRevision.map { "\($0)" },
          health.reportedRevision.map { "\($0)" },
        ]
        print(cells.map { $0.map(Self.cell) ?? "–" }.joined(separator: "\t"))
      }
    }
  }

  /// What a device says of itself may be anything.
  private static func cell(_ text: String) -> String {
    String(
      text.unicodeScalars.map { $0.properties.isWhitespace || $0.value < 32 ? " " : $0 }
        .map(Character.init))
  }
}
