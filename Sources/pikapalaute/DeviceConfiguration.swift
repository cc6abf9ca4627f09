import Foundation
import Registry
import Store

/// What a device is told on its config topic: which questions it shows, and the time zone.
struct DeviceConfiguration: Encodable {
  struct Slot: Encodable {
    var slot: Int
    var question: String
    var buttons: Int
    var text: [String: String]
  }

  /// Grows whenever the registry changes.
  var revision: Int64
  var timeZone: String
  var slots: [Slot]

  enum CodingKeys: String, CodingKey {
    case revision, slots
    case timeZone = "time_zone"
  }

  /// The JSON of every registered device at `hour` (UTC since 1970), by its number.
  static func all(_ applied: AppliedSite, hour: Int) throws -> [Int: [UInt8]] {
    guard let registry = applied.registry else { return [:] }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var configurations: [Int: [UInt8]] = [:]
    // Devices that ask the same are told the same, in one piece of memory.
    var known: [[String]: [UInt8]] = [:]
    for device in applied.devices where device.isRegistered {
      guard let tile = device.timeline.tiles.last(where: { $0.hours.lowerBound <= hour }) else {
        continue
      }
      if let same = known[tile.questions] {
        configurations[device.number] = same
        continue
      }
      let slots = tile.questions.enumerated().map { slot, question in
        Slot(
          slot: slot, question: question, buttons: tile.buttons[slot],
          text: registry.question(question)?.text ?? [:])
      }
      let configuration = DeviceConfiguration(
        revision: applied.revision, timeZone: registry.timeZone.identifier, slots: slots)
      let text = Array(try encoder.encode(configuration))
      known[tile.questions] = text
      configurations[device.number] = text
    }
    return configurations
  }
}
