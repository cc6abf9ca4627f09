import BucketCore

extension IngestEngine {
  /// What became of a message that the hot path handed over.
  struct Settled {
    var result: FrameResult?
    var reason: (QuarantineReason, String)?
    /// Of what a device sends beyond its share one message a minute is kept; the rest is counted.
    var isKept = true
    var device = -1
    /// The JSON form, where it is one.
    var json: PressJSON?

    var isUnsequenced: Bool { json?.marks.isUnsequenced ?? false }

    /// The device's share is spent.
    mutating func refuse(_ reason: QuarantineReason, _ isNew: Bool) {
      let detail =
        switch reason {
        case .tooManyEpochs:
          "more than \(IngestLimits.epochsAtOnceMax) epochs at once or"
            + " \(IngestLimits.epochsPerMinuteMax) a minute of one device"
        case .tooManyHours:
          "presses in more than \(IngestLimits.newBucketsAtOnceMax) hours and slots at once or"
            + " \(IngestLimits.newBucketsPerMinuteMax) a minute of one device"
        default:
          "more than \(IngestLimits.jsonBytesAtOnceMax) bytes of JSON at once or"
            + " \(IngestLimits.jsonBytesPerSecondMax) a second of one device"
        }
      self.reason = (reason, detail)
      isKept = isNew
    }
  }
}
