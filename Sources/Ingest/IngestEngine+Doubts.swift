import BucketCore
import FirmwareProtocol

extension FrameResult {
  /// Nothing in the frame is to be told to anybody.
  var isPlain: Bool { reuse == .none && doubts.isEmpty }
}

/// Frames that are answered and yet kept whole in the quarantine: of an epoch that two journals use
/// (the presses of the second stay uncounted, since the contract goes by the sequence alone), with
/// presses that cannot have happened yet, behind a gap that cannot be.
extension IngestEngine {
  /// Of a frame that the hot path took.
  mutating func note(
    _ result: FrameResult, _ frame: RawSpan, _ topic: RawSpan, _ receivedAtMilliseconds: Int64
  ) {
    let parts = TopicParts.find(in: topic)
    let device = batch.device(in: topic, from: parts.deviceStart, to: parts.deviceEnd)
    do {
      try note(result, frame, device, topic.text, .mqtt, receivedAtMilliseconds)
    } catch {
      failure = error
    }
  }

  mutating func note(
    _ settled: Settled, _ payload: RawSpan, _ topic: String, _ channel: Channel,
    _ receivedAtMilliseconds: Int64
  ) throws {
    guard let result = settled.result, !result.isPlain else { return }
    if let json = settled.json {
      try note(
        result, unsafe json.frame.span.bytes, settled.device, topic, channel,
        receivedAtMilliseconds)
    } else {
      try note(result, payload, settled.device, topic, channel, receivedAtMilliseconds)
    }
  }

  /// - Precondition: `frame` was counted or repeated with `result`.
  private mutating func note(
    _ result: FrameResult, _ frame: RawSpan, _ device: Int, _ topic: String, _ channel: Channel,
    _ receivedAtMilliseconds: Int64
  ) throws {
    guard let header = try? PressFrame.decodeHeader(frame) else { return }
    let first = header.firstSequence
    let last = first + UInt32(header.count) - 1
    if result.reuse != .none {
      batch.reusedEpochs[IngestBatch.EpochOfDevice(device: device, epoch: result.epoch)] =
        receivedAtMilliseconds
      // Other messages over the limit are counted only; of these, which the archive has not, none may
      // be missing.
      if batch.quarantined.count == IngestLimits.quarantinePerBatchMax {
        try commit(answering: channel == .mqtt)
      }
      quarantine(
        topic: topic, channel: channel, frame, .reusedEpoch,
        "presses \(first) to \(last) of epoch \(result.epoch), which two journals use",
        receivedAtMilliseconds)
    }
    let doubts = result.doubts
    if doubts.futurePresses > 0 {
      quarantine(
        topic: topic, channel: channel, frame, .impossibleTime,
        "\(doubts.futurePresses) presses more than 24 hours after they came: invalid",
        receivedAtMilliseconds)
    }
    if doubts.lostBeyond > 0 {
      quarantine(
        topic: topic, channel: channel, frame, .impossibleGap,
        "\(UInt64(doubts.lostBeyond) + UInt64(CoreLimits.lostPerStepMax)) presses gone before press"
          + " \(first) of epoch \(result.epoch); \(CoreLimits.lostPerStepMax) are counted as lost",
        receivedAtMilliseconds)
    }
    if result.reuse == .found && notices.count < IngestLimits.noticesMax {
      notices.append(
        "\(topic): epoch \(result.epoch) is used by two journals: presses"
          + " \(first) to \(last) repeat sequences that were counted with other presses;"
          + " they are in the quarantine, and the device must begin a new epoch")
    }
  }
  /// Says that a device knocks which is not registered: one of them a minute, the others are in the
  /// quarantine.
  mutating func noteStranger(_ topic: String, _ receivedAtMilliseconds: Int64) {
    if let told = strangerToldAtMilliseconds,
      abs(receivedAtMilliseconds - told) < IngestLimits.strangersToldMilliseconds
    {
      return
    }
    strangerToldAtMilliseconds = receivedAtMilliseconds
    let name = topic.prefix(128).filter { $0.isASCII && !$0.isWhitespace }
    notices.append(
      "\(name): this device is not in the registry, and its presses are quarantined; add it there"
        + " (pikapalaute apply), or withdraw what it has (pikapalaute credential withdraw)")
  }
}
