import CivilTime
import Queries
import Registry

/// What a registry changes, or would.
struct RegistryChange {
  /// That holds now.
  var version: Int64
  var isApplied: Bool
  var difference: RegistryDifference
}

extension Models {
  static let registryChange = Model<RegistryChange>("RegistryChange") {
    Field.value("version", .integer("Of the registry that holds now; 0 = none.")) {
      Int($0.version)
    }
    Field.value("applied", .flag("It took the place of another; false also where nothing is new."))
    {
      $0.isApplied
    }
    Field(
      name: "changes",
      schema: .json(
        #"{"type":"array","items":{"type":"string"},"description":"For people, a line each, the first 50."}"#
      )
    ) { change, site, json in
      json.member("changes", change.difference.told(ZoneOffsets(site.registry.timeZone)))
    }
    Field.value("devices_added", ids("Device ids.")) { $0.difference.addedDevices.map(\.device) }
    Field.list("devices_moved", deviceMove, "A stretch of hours each.") {
      $0.difference.movedDevices
    }
    Field.value("devices_removed", ids("Their presses stand under `unassigned` then.")) {
      $0.difference.removedDevices
    }
    Field.value("devices_asking_otherwise", ids("They ask other questions in some hours.")) {
      $0.difference.askingDevices
    }
    Field.value(
      "devices_counted_again", ids("By other buttons or another repeat interval in some hours.")
    ) { $0.difference.recountedDevices }
    Field.value("places_added", .named("NodeIDs")) { $0.difference.addedPlaces }
    Field.value("places_removed", .named("NodeIDs")) { $0.difference.removedPlaces }
    Field.value("places_renamed", .named("NodeIDs")) { $0.difference.renamedPlaces.map(\.id) }
    Field.value("places_moved", .named("NodeIDs", "They stand below another node.")) {
      $0.difference.movedPlaces.map(\.id)
    }
    Field.list("buttons_changed", numberChange, "Numbers of buttons of questions.") {
      $0.difference.changedButtons
    }
    Field.value(
      "help_changed", questionIDs("They count others' answers with help, or do no longer.")
    ) {
      $0.difference.changedHelp.map(\.id)
    }
    Field.list("intervals_changed", numberChange, "Repeat intervals of touchpoints, milliseconds.")
    {
      $0.difference.changedIntervals
    }
  }

  private static let deviceMove = Model<RegistryDifference.DeviceMove>("DeviceMove") {
    Field.value("device", .named("DeviceID")) { $0.device }
    Field.value("from", .named("NodeID")) { $0.from }
    Field.value("to", .named("NodeID")) { $0.to }
    Field.minute("start", .time(orNull: true, "null = from the beginning.")) {
      $0.minutes.lowerBound > 0 ? $0.minutes.lowerBound : nil
    }
    Field.minute("end", .time(orNull: true, "null = for ever.")) {
      $0.minutes.upperBound < Registry.minuteEnd ? $0.minutes.upperBound : nil
    }
  }

  private static let numberChange = Model<RegistryDifference.Change<Int>>("NumberChange") {
    Field.value("id", .text("Of the question or node.")) { $0.id }
    Field.value("from", .count("Before.")) { $0.from }
    Field.value("to", .count("After.")) { $0.to }
  }

  private static func ids(_ text: String) -> Schema { .list(of: "DeviceID", text) }

  private static func questionIDs(_ text: String) -> Schema { .list(of: "QuestionID", text) }

  static let ofRegistry: [any DescribedModel] = [registryChange, deviceMove, numberChange]
}
