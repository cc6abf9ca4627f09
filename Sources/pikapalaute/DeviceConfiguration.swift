import CivilTime
import Foundation
import Ingest
import Registry
import Store

/// What a device is told on its config topic: which questions it shows, and the time zone.
struct DeviceConfiguration: Encodable {
  struct Slot: Encodable {
    var slot: Int
    var question: String
    var buttons: Int
    var text: [String: String]
    /// nil where nobody asks whether the answer was given with help.
    var withHelp: Help?

    enum CodingKeys: String, CodingKey {
      case slot, question, buttons, text
      case withHelp = "with_help"
    }
  }

  /// Where an answer goes that was given with help: the same buttons and text, and not asked by itself.
  struct Help: Encodable {
    var slot: Int
    var question: String
  }

  /// Grows whenever anything else in it changes; left out of what is compared.
  var revision: Int64?
  var timeZone: String
  var slots: [Slot]
  /// What the device is offered to run; nil = nothing.
  var firmware: FirmwareManifest?

  enum CodingKeys: String, CodingKey {
    case revision, slots, firmware
    case timeZone = "time_zone"
  }
}

/// What every device is told as time goes on.
struct DeviceConfigurations {
  private let applied: AppliedSite
  private let store: Store
  private let firmware: ToldFirmware
  private let encoder = JSONEncoder()

  init(_ applied: AppliedSite, store: Store, firmware: ToldFirmware) {
    self.applied = applied
    self.store = store
    self.firmware = firmware
    encoder.outputFormatting = .sortedKeys
  }

  /// As of `nowMilliseconds`, UTC since 1970. Empty, which takes away what the broker keeps, for
  /// devices that the registry dropped.
  func current(nowMilliseconds: Int64) throws -> Configurations {
    guard let registry = applied.registry else { return Configurations() }
    let minute = UTC.minute(ofMilliseconds: nowMilliseconds)
    var told: [Int: DeviceConfiguration] = [:]
    var contents: [Int: Data] = [:]
    var changesAtMinute = Int.max
    let offered = firmware.all
    // Devices that ask the same and are offered the same are told the same.
    var known: [Told: (DeviceConfiguration, Data)] = [:]
    var dropped: [Int] = []
    for device in applied.devices where !device.isImport {
      let intervals = device.timeline.intervals
      guard device.isRegistered,
        let place = intervals.lastIndex(where: { $0.minutes.lowerBound <= minute })
      else {
        dropped.append(device.number)
        continue
      }
      if place + 1 < intervals.count {
        changesAtMinute = min(changesAtMinute, intervals[place + 1].minutes.lowerBound)
      }
      let manifest = offered[device.name]
      let key = Told(questions: intervals[place].questions, firmware: manifest?.signature)
      let (configuration, content) =
        try known[key] ?? make(intervals[place], registry, manifest)
      known[key] = (configuration, content)
      told[device.number] = configuration
      contents[device.number] = content
    }
    let revisions = try store.configurationRevisions(contents, above: applied.revision)
    var messages = try messages(told, revisions)
    for number in dropped { messages[number] = [] }
    return Configurations(
      messages: messages,
      changesAtMilliseconds: changesAtMinute == .max ? nil : Int64(changesAtMinute) * 60_000)
  }

  /// What tells one configuration from another.
  private struct Told: Hashable {
    var questions: [String]
    /// The signature of the manifest.
    var firmware: String?
    var revision: Int64?
  }

  private func make(
    _ interval: DeviceTimeline.AssignmentInterval, _ registry: Registry,
    _ firmware: FirmwareManifest?
  ) throws -> (DeviceConfiguration, Data) {
    let asked = interval.questions.map { registry.question($0) }
    let slots = asked.indices.compactMap { slot -> DeviceConfiguration.Slot? in
      // It stands in the slot of the question that is asked.
      if asked[slot]?.withHelpOf != nil { return nil }
      let question = interval.questions[slot]
      return DeviceConfiguration.Slot(
        slot: slot, question: question, buttons: interval.buttons[slot],
        text: asked[slot]?.text ?? [:],
        withHelp: asked.firstIndex { $0?.withHelpOf == question }.map {
          DeviceConfiguration.Help(slot: $0, question: interval.questions[$0])
        })
    }
    let configuration = DeviceConfiguration(
      revision: nil, timeZone: registry.timeZone.identifier, slots: slots,
      firmware: firmware)
    return (configuration, try encoder.encode(configuration))
  }

  /// The JSON of each device; where revisions agree too, in one piece of memory.
  private func messages(
    _ told: [Int: DeviceConfiguration], _ revisions: [Int: Int64]
  ) throws -> [Int: [UInt8]] {
    var known: [Told: [UInt8]] = [:]
    return try told.reduce(into: [:]) { messages, entry in
      var configuration = entry.value
      configuration.revision = revisions[entry.key]
      let key = Told(
        questions: configuration.slots.flatMap {
          [$0.question, $0.withHelp?.question].compactMap(\.self)
        },
        firmware: configuration.firmware?.signature,
        revision: configuration.revision)
      let text = try known[key] ?? Array(encoder.encode(configuration))
      known[key] = text
      messages[entry.key] = text
    }
  }
}
