/// Everything that goes wrong on purpose. Raw values are the command line's words.
enum FaultKind: String, CaseIterable {
  // Between device and broker.
  case messageDropped = "message-dropped"
  case messageDuplicated = "message-duplicated"
  case messageDelayed = "message-delayed"
  case messageCorrupted = "message-corrupted"
  case messageRetained = "message-retained"
  case messageForeign = "message-foreign"
  case ackDropped = "ack-dropped"
  case ackDelayed = "ack-delayed"
  case ackDuplicated = "ack-duplicated"
  case requestDropped = "request-dropped"
  case replyDropped = "reply-dropped"
  // Between broker and service.
  case connectionCut = "connection-cut"
  case cutInRead = "cut-in-read"
  case cutInFlush = "cut-in-flush"
  case flushBlocked = "flush-blocked"
  case takeover = "takeover"
  // The broker.
  case brokerForgets = "broker-forgets"
  case brokerRollsBack = "broker-rolls-back"
  case brokerRestarts = "broker-restarts"
  case queueFull = "queue-full"
  // The store.
  case openFails = "open-fails"
  case loadFails = "load-fails"
  case commitFailsBefore = "commit-fails-before"
  case commitFailsAfter = "commit-fails-after"
  // The service.
  case crashIdle = "crash-idle"
  case crashInRead = "crash-in-read"
  case crashInLoad = "crash-in-load"
  case crashInTransaction = "crash-in-transaction"
  case crashAfterCommit = "crash-after-commit"
  case crashInFlush = "crash-in-flush"
  case servicePaused = "service-paused"
  case serviceClockJumps = "service-clock-jumps"
  // The device.
  case deviceOffline = "device-offline"
  case deviceClockJumps = "device-clock-jumps"
  case batteryChangedJournalKept = "battery-changed-journal-kept"
  case batteryChangedJournalLost = "battery-changed-journal-lost"
  case deviceDies = "device-dies"
  case journalOverwritten = "journal-overwritten"

  /// Chance at each opportunity, or times a day for those that come by themselves; 0 for
  /// those that only follow from others and are merely counted.
  var rate: Double {
    switch self {
    case .messageDropped, .requestDropped, .replyDropped, .ackDropped: 0.05
    case .messageDuplicated, .messageDelayed, .ackDelayed, .ackDuplicated: 0.03
    case .messageCorrupted: 0.005
    case .messageRetained, .messageForeign: 0.002
    case .cutInRead, .commitFailsBefore, .commitFailsAfter, .crashInTransaction: 0.01
    case .cutInFlush, .flushBlocked, .crashAfterCommit, .crashInFlush: 0.01
    case .crashInRead, .loadFails, .crashInLoad: 0.005
    case .openFails: 0.2
    case .connectionCut: 4
    case .takeover: 1
    case .brokerForgets, .brokerRollsBack, .brokerRestarts: 1
    case .crashIdle, .servicePaused: 1
    case .serviceClockJumps: 2
    case .deviceOffline: 0.3
    case .deviceClockJumps: 0.2
    case .batteryChangedJournalKept, .batteryChangedJournalLost: 0.1
    case .deviceDies: 0.005
    case .queueFull, .journalOverwritten: 0
    }
  }

  /// Comes by itself, so many times a day.
  var isByItself: Bool {
    switch self {
    case .connectionCut, .takeover, .brokerForgets, .brokerRollsBack, .brokerRestarts: true
    case .crashIdle, .servicePaused, .serviceClockJumps: true
    default: false
    }
  }

  /// Comes by itself to each device, so many times a day.
  var isOfDevice: Bool {
    switch self {
    case .deviceOffline, .deviceClockJumps, .deviceDies: true
    case .batteryChangedJournalKept, .batteryChangedJournalLost: true
    default: false
    }
  }
}
