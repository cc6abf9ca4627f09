import CivilTime
import Queries
import Registry
import Store

extension Models {
  static let devices = Model<Devices>("Devices") {
    Field.list("devices", device) { $0.devices }
  }

  static let devicesTable = Table(device.columns.filter { $0.name != "status" })

  static let device = Model<Devices.Device>("Device") {
    Field.value("id", .named("DeviceID")) { $0.name }
    Field.value("registered", .flag("False once the registry no longer lists it.")) {
      $0.isRegistered
    }
    Field.value("touchpoint", .named("NodeID", "Where it stands now, or `unassigned`.")) {
      $0.touchpoint
    }
    Field.moment("last_press_at", .time(orNull: true, "UTC time of the last press that counted.")) {
      $0.health.lastCountedMilliseconds
    }
    Field.value(
      "unsequenced_presses",
      .count("Presses without a sequence: counted at least once.")
    ) { $0.health.unsequencedPresses }
    Field.list("epochs", epoch, "The one that moved last comes last.") { $0.health.epochs }
    Field.moment(
      "reused_epoch_at",
      .time(
        orNull: true,
        """
        UTC time when it was last noticed that two journals of the device use one epoch: it \
        repeated sequences with other presses than were counted. Those are not counted; they are \
        in the quarantine (`reused_epoch`). null: never.
        """)
    ) { $0.health.epochs.compactMap(\.reusedAtMilliseconds).max() }
    Field.value("status", .maybe("Status", "As the device sent it last.")) {
      $0.health.statusJSON.map(CheckedJSON.init)
    }
    Field.moment("status_received_at", .time(orNull: true, "UTC.")) {
      $0.health.statusReceivedAtMilliseconds
    }
    Field.moment(
      "last_heard_at",
      .time(
        orNull: true,
        """
        UTC time of the latest sign of life: a press that counted, or a message that it is online.
        """)
    ) { $0.lastHeardMilliseconds }
    Field.moment(
      "due_at",
      .time(orNull: true, "When a device that sleeps said that it would be heard again.")
    ) { $0.health.dueAtMilliseconds }
    Field.value("battery_mv", .integer(orNull: true, "Millivolts, as it said last.")) {
      $0.health.batteryMillivolts
    }
    Field.value(
      "journal", .integer(orNull: true, "Presses that waited in its journal, as it said last.")
    ) { $0.health.journal }
    Field.value("rssi_dbm", .integer(orNull: true, "Signal strength, as it said last.")) {
      $0.health.rssiDBm
    }
    Field.value("firmware", .text(orNull: true, "As it said last.")) { $0.health.firmware }
    Field.value("model", .text(orNull: true, "What kind of device it said last that it is.")) {
      $0.health.model
    }
    Field.value(
      "configuration_revision",
      .integer(orNull: true, "Of the configuration that it was told last; null: none.")
    ) { $0.health.configuredRevision.map(Int.init) }
    Field.value(
      "reported_revision",
      .integer(orNull: true, "Of the one that it said last that it has; null: it never said.")
    ) { $0.health.reportedRevision.map(Int.init) }
    Field.value(
      "silent",
      .flag(
        orNull: true,
        """
        Its touchpoint is open now, it has no session at the broker, and nothing was heard of it \
        for an hour, or since an hour after `due_at`. null: nothing is expected, it stands nowhere \
        or its touchpoint is closed.
        """)
    ) { $0.isSilent }
  }

  private static let epoch = Model<DeviceHealth.Epoch>("Epoch") {
    Field.value(
      "epoch",
      .integer(
        in: 0...Int(UInt32.max),
        "Names one journal of the device; another epoch counts from 0 again.")
    ) { Int($0.epoch) }
    Field.value("next", .integer(in: 0...Int(UInt32.max), "The sequence expected next.")) {
      Int($0.next)
    }
    Field.moment("reused_at", .time(orNull: true, "As `reused_epoch_at`, of this epoch.")) {
      $0.reusedAtMilliseconds
    }
  }

  static let deviceReport = Model<DeviceReport>("DeviceReport") {
    Field.all(of: device) { $0.device }
    Field.list("placements", placement, "Where it stood, in order of time.") { $0.placements }
    Field.object(
      "counts", deviceCounts, .named("DeviceCounts", "What came of its presses lately.")
    ) { $0 }
    Field.list(
      "history", healthDay,
      "What it said of itself, by the UTC day, the oldest first: \(HealthDay.daysMax) days at most."
    ) { $0.days }
    Field(
      name: "quarantine",
      schema: .json(
        ##"{"type":["array","null"],"items":{"$ref":"#/components/schemas/QuarantinedOfDevice"},"##
          + "\"description\":\"Its latest quarantined messages, the newest first, "
          + "\(QueryLimits.deviceQuarantineMax) at most; null: for administrators only.\"}")
    ) { report, site, json in
      guard let rows = report.quarantine else { return json.memberNull("quarantine") }
      json.list("quarantine", rows) { quarantined.write($0, site, &$1) }
    }
  }

  static let healthTable = Table(healthDay.columns)

  private static let placement = Model<DeviceReport.Placement>("Placement") {
    Field.value("touchpoint", .named("NodeID")) { $0.touchpoint }
    Field.minute("from", .time(orNull: true, "Inclusive; null = since ever.")) {
      $0.minutes.lowerBound == 0 ? nil : $0.minutes.lowerBound
    }
    Field.minute("to", .time(orNull: true, "Exclusive; null = open.")) {
      $0.minutes.upperBound == Registry.minuteEnd ? nil : $0.minutes.upperBound
    }
  }

  private static let deviceCounts = Model<DeviceReport>("DeviceCounts") {
    Field.period { $0.countedHours }
    Field.value("counted", .count("Responses.")) { $0.counted }
    counted("excluded", .excluded)
    counted("invalid", .invalid)
    counted("lost", .lost)
    counted("estimated", .estimated)
    counted("late", .late)
    counted("annulled", .annulled)
  }

  private static func counted(_ name: String, _ number: CountNumber) -> Field<DeviceReport> {
    .value(name, .count) { $0.count(number) }
  }

  private static let healthDay = Model<HealthDay>("HealthDay") {
    Field.value("day", .text(more: #","format":"date""#, "UTC.")) {
      CivilDate(daysSince1970: $0.day).description
    }
    Field.moment("heard_at", .time("UTC time of the last status message.")) {
      $0.heardAtMilliseconds
    }
    Field.value("battery_mv", .integer(orNull: true, "The day's last.")) { $0.batteryMillivolts }
    Field.value("battery_mv_min", .integer(orNull: true)) { $0.batteryMillivoltsMin }
    Field.value("journal", .integer(orNull: true, "The day's last.")) { $0.journal }
    Field.value("journal_max", .integer(orNull: true)) { $0.journalMax }
    Field.value("rssi_dbm", .integer(orNull: true, "The day's last.")) { $0.rssiDBm }
    Field.value("rssi_dbm_min", .integer(orNull: true)) { $0.rssiDBmMin }
    Field.value(
      "clock_ahead_s",
      .number(
        orNull: true,
        "Seconds by which its clock was ahead of the service's; below 0 also when it waited.")
    ) { $0.clockAheadMilliseconds.map { Double($0) / 1000 } }
    Field.value("clock_ahead_s_most", .number(orNull: true, "The day's furthest from 0.")) {
      $0.clockAheadMillisecondsMost.map { Double($0) / 1000 }
    }
    Field.value("firmware", .text(orNull: true, "The day's last.")) { $0.firmware }
    Field.value("restarts", .count("Starts that were noticed, at least.")) { $0.restarts }
  }

  private static let quarantined = Model<QuarantineRow>("QuarantinedOfDevice") {
    Field.moment("received_at", .time("UTC.")) { $0.receivedAtMilliseconds }
    Field.value("channel", .text("mqtt or http.")) { $0.channel }
    Field.value("topic", .text()) { $0.topic }
    Field.value("reason", .text("As in the metrics.")) { $0.reason }
    Field.value("detail", .text()) { $0.detail }
    Field.value("bytes", .count("Of the message.")) { $0.byteCount }
  }

  static let unregistered = Model<UnregisteredDevices>("UnregisteredDevices") {
    Field.list("devices", unregisteredDevice, "Who knocked last comes first.") { $0.devices }
    Field.value(
      "other_messages", .count("Under names that no registry can list.")
    ) { $0.otherMessages }
  }

  private static let unregisteredDevice = Model<UnregisteredDevices.Device>("UnregisteredDevice") {
    Field.value("id", .named("DeviceID")) { $0.name }
    Field.moment("first_seen_at", .time("UTC.")) { $0.firstMilliseconds }
    Field.moment("last_seen_at", .time("UTC.")) { $0.lastMilliseconds }
    Field.value("messages", .count("In the quarantine, which keeps the newest only.")) {
      $0.messages
    }
  }

  static let ofDevices: [any DescribedModel] = [
    devices, device, epoch, deviceReport, placement, deviceCounts, healthDay, quarantined,
    unregistered, unregisteredDevice,
  ]
}
