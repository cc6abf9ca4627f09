import FirmwareProtocol

/// Why a message was quarantined. Raw values stand in the quarantine and in the metrics.
public enum QuarantineReason: String, Sendable, CaseIterable {
  case foreignTopic = "foreign_topic"
  case unregisteredDevice = "unregistered_device"
  case retained = "retained"
  case emptyPayload = "empty_payload"
  case tooLarge = "too_large"
  case tooShort = "too_short"
  case unknownVersion = "unknown_version"
  case reservedFlags = "reserved_flags"
  case countOutOfRange = "count_out_of_range"
  case lengthMismatch = "length_mismatch"
  case checksumMismatch = "checksum_mismatch"
  case sequenceOverflow = "sequence_overflow"
  case millisecondsOutOfRange = "milliseconds_out_of_range"
  case slotOutOfRange = "slot_out_of_range"
  case malformedJSON = "malformed_json"
  case malformedStatus = "malformed_status"
  /// Well-formed and answered, but its sequences were counted with other presses.
  case reusedEpoch = "reused_epoch"
  /// Well-formed and answered, but presses in it were to happen a day after they came: invalid.
  case impossibleTime = "impossible_time"
  /// Well-formed and answered, but more was gone before it than a device can lose.
  case impossibleGap = "impossible_gap"
  /// The device asks for more epochs than its share; it may send the same again.
  case tooManyEpochs = "too_many_epochs"
  /// The device sends more JSON than its share; it may send the same again.
  case tooMuchJSON = "too_much_json"
  /// The device's presses lie in more hours than its share; it may send the same again.
  case tooManyHours = "too_many_hours"

  /// The message was answered all the same, and is kept whole.
  var isAnswered: Bool {
    switch self {
    case .reusedEpoch, .impossibleTime, .impossibleGap: true
    default: false
    }
  }

  /// The device's share is spent: what it sends waits for it.
  var isShareSpent: Bool {
    switch self {
    case .tooManyEpochs, .tooMuchJSON, .tooManyHours: true
    default: false
    }
  }

  init(_ error: FrameError) {
    self =
      switch error {
      case .tooShort: .tooShort
      case .unknownVersion: .unknownVersion
      case .reservedFlags: .reservedFlags
      case .countOutOfRange: .countOutOfRange
      case .lengthMismatch: .lengthMismatch
      case .checksumMismatch: .checksumMismatch
      case .sequenceOverflow: .sequenceOverflow
      case .millisecondsOutOfRange: .millisecondsOutOfRange
      case .slotOutOfRange: .slotOutOfRange
      }
  }
}

/// A quarantined message: counted, kept for inspection, and not answered unless its reason says so.
public struct QuarantinedMessage: Sendable {
  public var receivedAtMilliseconds: Int64
  public var channel: Channel
  public var topic: String
  public var reason: QuarantineReason
  /// What exactly was wrong, where a reason alone does not tell.
  public var detail: String
  public var byteCount: Int
  /// The first `IngestLimits.quarantineBytesMax` bytes; of those answered the whole frame.
  public var payload: [UInt8]
}

/// Which way a message came.
public enum Channel: String, Sendable {
  case mqtt
  case http
}
