import FirmwareProtocol

/// Why a message was put aside. Raw values stand in the quarantine and in the metrics.
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

/// A message put aside: counted, kept for inspection, never answered.
public struct QuarantinedMessage: Sendable {
  public var receivedAtMilliseconds: Int64
  public var channel: Channel
  public var topic: String
  public var reason: QuarantineReason
  /// What exactly was wrong, where a reason alone does not tell.
  public var detail: String
  public var byteCount: Int
  /// The first `IngestLimits.quarantineBytesMax` bytes.
  public var payload: [UInt8]
}

/// Which way a message came.
public enum Channel: String, Sendable {
  case mqtt
  case http
}
