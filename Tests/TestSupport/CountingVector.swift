/// `counting.json`: what one device's messages add up to.
public struct CountingVector: Decodable, Sendable, CustomStringConvertible {
  public struct Device: Decodable, Sendable {
    public var buttons: [Int]
    public var repeat_interval_ms: Int
  }

  public struct Answer: Decodable, Sendable, Equatable {
    public var epoch: UInt32?
    public var next: UInt32?
    public var rewind: Bool

    public init(epoch: UInt32?, next: UInt32?, rewind: Bool) {
      self.epoch = epoch
      self.next = next
      self.rewind = rewind
    }
  }

  public struct Step: Decodable, Sendable {
    public var received_ms: Int64
    public var frame: String?
    public var json: String?
    public var ack: Answer?
    /// Why it is quarantined, although it is answered.
    public var quarantine: String?

    /// The message as it comes; nil when the vector is none.
    public var payload: [UInt8]? {
      json.map { Array($0.utf8) } ?? frame.flatMap { Vectors.bytes(hex: $0) }
    }
  }

  public struct Bucket: Decodable, Sendable {
    public var hour: Int
    public var slot: Int
    public var counts: [Int]
    public var excluded: Int
    public var invalid: Int
    public var lost: Int
    public var estimated: Int
    public var late: Int
  }

  private struct File: Decodable {
    var vectors: [CountingVector]
  }

  public var name: String
  public var device: Device
  public var steps: [Step]
  public var buckets: [Bucket]

  public var description: String { name }

  /// All of the file; empty when it cannot be read, which a test of its own reports.
  public static let all = (try? Vectors.load(File.self, "counting.json"))?.vectors ?? []

  /// The buckets by their places.
  public var expected: [ReferencePlace: ReferenceBucket] {
    var expected: [ReferencePlace: ReferenceBucket] = [:]
    for bucket in buckets {
      var reference = ReferenceBucket()
      reference.counts = bucket.counts
      reference.excluded = bucket.excluded
      reference.invalid = bucket.invalid
      reference.lost = bucket.lost
      reference.estimated = bucket.estimated
      reference.late = bucket.late
      expected[ReferencePlace(hour: bucket.hour, slot: bucket.slot)] = reference
    }
    return expected
  }

  /// One rule for all hours.
  public var rules: [ReferenceRule] {
    [
      ReferenceRule(
        hours: 0..<2_000_000, intervalMilliseconds: device.repeat_interval_ms,
        buttons: device.buttons)
    ]
  }
}
