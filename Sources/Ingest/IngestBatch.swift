public import BucketCore
import FirmwareProtocol

/// What became of one message on the hot path; anything but `counted` needs a closer look.
enum Delivery: Equatable {
  /// Counted, repeated or asked to rewind: nothing more to do before the commit.
  case taken(FrameResult)
  case status(device: Int)
  case json(device: Int)
  case unknownCursor(device: Int, epoch: UInt32)
  /// The device entered so many buckets that it must be asked for its share.
  case shareNeeded(device: Int)
  case batchFull(device: Int)
  case malformed(FrameError)
  case refused(Refusal)
}

/// Why a message was not even looked into.
enum Refusal: UInt8 {
  case foreignTopic
  case unregisteredDevice
  case retained
  case emptyPayload
  case tooLarge
}

/// One batch on its way into the store: what the core counted and the frames it came from.
///
/// The hot path, from the bytes of an MQTT message to the bucket, is `deliver`: it allocates
/// nothing and takes no lock.
public struct IngestBatch: ~Copyable {
  /// The counts and cursors of the batch.
  public internal(set) var core: BucketCore
  var archive = ArchiveBuffer()
  var counters = IngestCounters()
  /// The last status of each device that sent one, by its number.
  public internal(set) var statuses: [Int: ReceivedStatus] = [:]
  /// Quarantined messages, at most `IngestLimits.quarantinePerBatchMax`.
  public internal(set) var quarantined: [QuarantinedMessage] = []
  /// All quarantined messages, by reason.
  public internal(set) var quarantineCounts: [QuarantineReason: Int] = [:]
  /// Devices that sent the JSON form and are answered in it.
  var jsonDevices: Set<Int> = []
  /// Epochs found to be used by two journals, or repeated again since, and when.
  public internal(set) var reusedEpochs: [EpochOfDevice: Int64] = [:]

  public struct EpochOfDevice: Hashable, Sendable {
    /// The device's number.
    public var device: Int
    public var epoch: UInt32

    public init(device: Int, epoch: UInt32) {
      self.device = device
      self.epoch = epoch
    }
  }

  private let directory: DeviceDirectory
  private let memory: CoreMemory
  private let site: [UInt8]

  /// When a device said what of itself.
  public struct ReceivedStatus: Sendable {
    public var status: DeviceStatus
    public var receivedAtMilliseconds: Int64
    /// The broker kept it and delivered it at a new subscription: it was said some time before.
    public var isRetained: Bool
    /// The same, and of what it does not say the latest that others of the batch said.
    public var health: DeviceStatus
    /// By how much the device's clock is ahead of ours, as a status of the batch, else the device's
    /// latest frame said; nil = none did.
    public var clockAheadMilliseconds: Int64?
  }

  init(site: String, devices: [EngineDevice]) {
    self.site = Array(site.utf8)
    let ruleCount = devices.reduce(0) { $0 + $1.rules.count }
    memory = CoreMemory(
      byteCount: BucketCore.byteCount(devices: devices.count, rules: ruleCount))
    var core = unsafe BucketCore(devices: devices.count, rules: ruleCount, memory: memory.bytes)
    var names: [(name: String, device: Int)] = []
    for device in devices {
      let rules = device.rules.map { rule in
        let buttons = rule.buttons.map { UInt8($0) }
        return CountingRule(
          minutes: rule.minutes, part: rule.part,
          repeatIntervalMilliseconds: rule.repeatIntervalMilliseconds,
          buttons: buttons.span)
      }
      let number = core.addDevice(rules: rules.span)
      if device.isRegistered { names.append((device.name, number)) }
    }
    directory = DeviceDirectory(names)
    self.core = core
  }

  /// The frames of the batch, as `ArchiveReader` reads them; valid while the batch is.
  public var archiveBytes: UnsafeRawBufferPointer { unsafe archive.bytes }
  /// When the last of its frames was received, UTC since 1970.
  public var lastReceivedAtMilliseconds: Int64 { archive.lastReceivedAtMilliseconds }
  /// Frames in `archiveBytes`.
  public var archivedFrameCount: Int { archive.frameCount }
  /// Nothing to commit.
  public var isEmpty: Bool {
    core.touchedCount == 0 && statuses.isEmpty && quarantineCounts.isEmpty
  }

  /// The number of a registered device, or -1.
  @_noAllocation @_noLocks
  func device(in bytes: RawSpan, from start: Int, to end: Int) -> Int {
    directory.device(in: bytes, from: start, to: end)
  }

  /// Takes one MQTT message: finds its device, counts its frame, keeps its bytes.
  @_noAllocation @_noLocks
  mutating func deliver(
    topic: RawSpan, payload: RawSpan, isRetained: Bool, receivedAtMilliseconds: Int64
  ) -> Delivery {
    let parts = TopicParts.find(in: topic)
    if parts.kind == 0 { return .refused(.foreignTopic) }
    if !isOurs(topic, parts) { return .refused(.foreignTopic) }
    let device = directory.device(in: topic, from: parts.deviceStart, to: parts.deviceEnd)
    if device < 0 { return .refused(.unregisteredDevice) }
    if parts.kind == 2 { return .status(device: device) }
    if isRetained { return .refused(.retained) }
    return take(payload, device: device, receivedAtMilliseconds: receivedAtMilliseconds)
  }

  /// Counts a payload of a registered device, and keeps it when it brought anything new.
  @_noAllocation @_noLocks
  mutating func take(
    _ payload: RawSpan, device: Int, receivedAtMilliseconds: Int64
  ) -> Delivery {
    if payload.byteCount == 0 { return .refused(.emptyPayload) }
    if payload.byteCount > IngestLimits.payloadBytesMax { return .refused(.tooLarge) }
    if payload.byte(at: 0) == 0x7B { return .json(device: device) }
    if needsShare(device) { return .shareNeeded(device: device) }
    return count(
      payload, FrameMarks(), device: device, receivedAtMilliseconds: receivedAtMilliseconds)
  }

  /// Whether a device's new buckets are to be taken off its share before it brings more.
  @_noAllocation @_noLocks
  @inline(__always)
  func needsShare(_ device: Int) -> Bool {
    core.newBuckets(device: device) >= IngestLimits.newBucketsUnasked
  }

  /// Counts a frame, and keeps it when it brought anything new.
  @_noAllocation @_noLocks
  mutating func count(
    _ frame: RawSpan, _ marks: FrameMarks, device: Int, receivedAtMilliseconds: Int64
  ) -> Delivery {
    if !archive.hasRoom(bytes: frame.byteCount) { return .batchFull(device: device) }
    let result = core.apply(
      frame, device: device, receivedAtMilliseconds: receivedAtMilliseconds, marks: marks)
    switch result.outcome {
    case .counted(let presses):
      archive.append(
        frame, marks, device: device, receivedAtMilliseconds: receivedAtMilliseconds)
      counters.frames &+= 1
      counters.presses &+= Int(presses)
      return .taken(result)
    case .duplicate:
      counters.frames &+= 1
      counters.duplicates &+= 1
      return .taken(result)
    case .rewind:
      counters.frames &+= 1
      counters.rewinds &+= 1
      return .taken(result)
    case .unknownCursor:
      return .unknownCursor(device: device, epoch: result.epoch)
    case .batchFull:
      return .batchFull(device: device)
    case .malformed(let error):
      return .malformed(error)
    }
  }

  /// Starts the next batch; what the core knows of its devices stays.
  mutating func removeAll() {
    core.endBatch()
    archive.removeAll()
    if !statuses.isEmpty { statuses.removeAll(keepingCapacity: true) }
    if !quarantined.isEmpty { quarantined.removeAll(keepingCapacity: true) }
    if !quarantineCounts.isEmpty { quarantineCounts.removeAll(keepingCapacity: true) }
    if !jsonDevices.isEmpty { jsonDevices.removeAll(keepingCapacity: true) }
    if !reusedEpochs.isEmpty { reusedEpochs.removeAll(keepingCapacity: true) }
  }

  @_noAllocation @_noLocks
  private func isOurs(_ topic: RawSpan, _ parts: TopicParts) -> Bool {
    if parts.siteEnd &- parts.siteStart != site.count { return false }
    var index = 0
    while index < site.count {
      if topic.byte(at: parts.siteStart &+ index) != site[index] { return false }
      index &+= 1
    }
    return true
  }
}

/// The core's memory, taken once and given back with the batch.
@safe
struct CoreMemory: ~Copyable {
  let bytes: UnsafeMutableRawBufferPointer

  init(byteCount: Int) {
    unsafe bytes = .allocate(byteCount: byteCount, alignment: 64)
  }

  deinit {
    unsafe bytes.deallocate()
  }
}
