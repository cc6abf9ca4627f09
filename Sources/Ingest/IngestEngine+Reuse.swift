import BucketCore
import FirmwareProtocol

/// Epochs that two journals of a device use: the presses of the second were answered as repeats.
///
/// They stay uncounted, since the contract goes by the sequence alone; but they are kept whole
/// in the quarantine, and everybody is told.
extension IngestEngine {
  /// Of a frame that the fast way took.
  mutating func noteReuse(
    _ result: FrameResult, _ frame: RawSpan, _ topic: RawSpan, _ receivedAtMilliseconds: Int64
  ) {
    let parts = TopicParts.find(in: topic)
    let device = batch.device(in: topic, from: parts.deviceStart, to: parts.deviceEnd)
    do {
      try noteReuse(result, frame, device, topic.text, .mqtt, receivedAtMilliseconds)
    } catch {
      failure = error
    }
  }

  mutating func noteReuse(
    _ settled: Settled, _ payload: RawSpan, _ topic: String, _ channel: Channel,
    _ receivedAtMilliseconds: Int64
  ) throws {
    guard let result = settled.result, result.reuse != .none else { return }
    if let json = settled.json {
      try noteReuse(
        result, unsafe json.frame.span.bytes, settled.device, topic, channel,
        receivedAtMilliseconds)
    } else {
      try noteReuse(result, payload, settled.device, topic, channel, receivedAtMilliseconds)
    }
  }

  /// - Precondition: `frame` was counted or repeated with `result`.
  private mutating func noteReuse(
    _ result: FrameResult, _ frame: RawSpan, _ device: Int, _ topic: String, _ channel: Channel,
    _ receivedAtMilliseconds: Int64
  ) throws {
    guard let header = try? PressFrame.decodeHeader(frame) else { return }
    let last = header.firstSequence + UInt32(header.count) - 1
    batch.reusedEpochs[IngestBatch.EpochOfDevice(device: device, epoch: result.epoch)] =
      receivedAtMilliseconds
    // Other messages over the limit are counted only; of these none may be missing.
    if batch.quarantined.count == IngestLimits.quarantinePerBatchMax {
      try commit(answering: channel == .mqtt)
    }
    quarantine(
      topic: topic, channel: channel, frame, .reusedEpoch,
      "presses \(header.firstSequence) to \(last) of epoch \(result.epoch), which two journals use",
      receivedAtMilliseconds)
    if result.reuse == .found && notices.count < IngestLimits.noticesMax {
      notices.append(
        "\(topic): epoch \(result.epoch) is used by two journals: presses"
          + " \(header.firstSequence) to \(last) repeat sequences that were counted with other presses;"
          + " they are in the quarantine, and the device must begin a new epoch")
    }
  }
}
