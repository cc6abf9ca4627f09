import ArgumentParser
import BucketCore
import FirmwareProtocol
import Foundation

/// Makes the presses of the core benchmark and counts them; `Benchmarks/C/core.c` counts the
/// same file with the same work on the same data structures.
@main
struct CoreBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "core-bench", abstract: "The core's speed, in nanoseconds a press.",
    subcommands: [Generate.self, Count.self])
}

/// The shape of the load: what `BENCH` files hold.
enum Load {
  static let devices = 10_000
  static let hours = 64
  /// 2026-01-01T00:00:00Z in hours since 1970.
  static let hourFrom = 490_896
}

struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write frames and the same presses as columns into a folder.")

  @Argument(help: "Folder to write to.") var folder: String
  @Option(help: "Presses in all.") var presses = 4_000_000
  @Option(help: "Presses in a frame, 1…1000.") var perFrame = 1

  /// Time goes on from hour to hour; within it, devices come in random order.
  func run() throws {
    var random = Xorshift(state: 0x9E37_79B9_7F4A_7C15)
    var sequence = [UInt32](repeating: 0, count: Load.devices)
    var frames = Data()
    var devices = Data()
    var hours = Data()
    var buttons = Data()
    let frameCount = presses / perFrame
    var bytes = [UInt8](repeating: 0, count: PressFrame.byteCount(presses: perFrame))
    for frame in 0..<frameCount {
      let device = Int(random.next() % UInt64(Load.devices))
      let start = Int(UInt64(frame) * UInt64(Load.hours * 3600) / UInt64(frameCount))
      var made: [Press] = []
      for index in 0..<perFrame {
        let second = min(start + index * 3, Load.hours * 3600 - 1)
        let button = UInt8(min(3, random.next() % 8))
        made.append(
          Press(
            at: UInt32(Load.hourFrom * 3600 + second), milliseconds: UInt16(random.next() % 1000),
            button: button))
        append(UInt16(device), to: &devices)
        append(UInt32(Load.hourFrom + second / 3600), to: &hours)
        buttons.append(button)
      }
      let header = FrameHeader(
        isUTC: true, holdsNothingOlder: false, count: UInt16(perFrame), epoch: UInt32(device) + 7,
        firstSequence: sequence[device], sentAt: UInt32(Load.hourFrom * 3600 + start))
      sequence[device] += UInt32(perFrame)
      var span = bytes.mutableSpan
      var raw = unsafe span.mutableBytes
      let length = PressFrame.encode(header, presses: made.span, into: &raw)
      append(UInt32(device), to: &frames)
      append(UInt32(length), to: &frames)
      frames.append(contentsOf: bytes)
    }
    let folder = URL(fileURLWithPath: folder)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try frames.write(to: folder.appendingPathComponent("frames"))
    try devices.write(to: folder.appendingPathComponent("device.u16"))
    try hours.write(to: folder.appendingPathComponent("hour.u32"))
    try buttons.write(to: folder.appendingPathComponent("button.u8"))
  }

  private func append<Value: FixedWidthInteger>(_ value: Value, to data: inout Data) {
    unsafe withUnsafeBytes(of: value.littleEndian) { unsafe data.append(contentsOf: $0) }
  }
}

struct Count: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Count a folder's frames; print nanoseconds a press and the totals' sum.")

  @Argument(help: "Folder that 'generate' wrote.") var folder: String
  @Option(help: "Times to count them.") var repeats = 1

  func run() throws {
    let file = URL(fileURLWithPath: folder).appendingPathComponent("frames")
    let frames = try Data(contentsOf: file, options: .alwaysMapped)
    for _ in 0..<repeats {
      var counter = Counter()
      let start = threadNanoseconds()
      unsafe frames.withUnsafeBytes { unsafe counter.count($0) }
      let nanoseconds = Double(threadNanoseconds() - start)
      print("\(nanoseconds / Double(counter.presses)) \(counter.presses) \(counter.sum)")
    }
  }
}

/// Processor time of this thread: what others do on the machine counts less.
private func threadNanoseconds() -> Int {
  var time = timespec()
  unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_nsec)
}

/// Counts frames through the core and adds each batch up into a table of all hours, as the
/// store does.
@safe
struct Counter: ~Copyable {
  private var core: BucketCore
  private let memory: UnsafeMutableRawBufferPointer
  /// Responses by hour, device and button.
  private var totals: [UInt32]
  private var late = 0
  private(set) var presses = 0

  init() {
    let bytes = BucketCore.byteCount(devices: Load.devices, rules: Load.devices)
    unsafe memory = .allocate(byteCount: bytes, alignment: 64)
    core = unsafe BucketCore(devices: Load.devices, rules: Load.devices, memory: memory)
    let rules = [
      CountingRule(
        minutes: 0..<CoreLimits.minuteEnd, repeatIntervalMilliseconds: 2000, buttons: [4].span)
    ]
    for _ in 0..<Load.devices { _ = core.addDevice(rules: rules.span) }
    totals = Array(repeating: 0, count: Load.hours * Load.devices * 5)
  }

  deinit {
    unsafe memory.deallocate()
  }

  /// Every response in the totals, and what else was counted, mixed into one number.
  var sum: Int {
    totals.enumerated().reduce(late &* 7) { $0 &+ Int($1.element) &* ($1.offset % 5 + 1) }
  }

  mutating func count(_ frames: UnsafeRawBufferPointer) {
    var offset = 0
    while offset < frames.count {
      let device = unsafe Int(frames.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
      let length = unsafe Int(frames.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self))
      let frame = unsafe frames.bytes.extracting(
        unchecked: Range(uncheckedBounds: (offset + 8, offset + 8 + length)))
      count(frame, device: device)
      offset += 8 + length
    }
    endBatch()
  }

  private mutating func count(_ frame: RawSpan, device: Int) {
    while true {
      let result = core.apply(
        frame, device: device, receivedAtMilliseconds: Int64(Load.hourFrom + Load.hours) * 3_600_000
      )
      switch result.outcome {
      case .counted(let new):
        presses += Int(new)
        return
      case .unknownCursor:
        _ = core.install(
          device: device, epoch: result.epoch, next: 0, lastCountedMilliseconds: nil)
      case .batchFull: endBatch()
      case .duplicate, .rewind, .malformed: preconditionFailure("\(result)")
      }
    }
  }

  private mutating func endBatch() {
    for index in 0..<core.deltaCount {
      let delta = core.delta(at: index)
      let row = ((delta.hour - Load.hourFrom) * Load.devices + delta.device) * 5
      for button in 0..<5 { totals[row + button] &+= delta.counts[button] }
      late &+= Int(delta.late)
    }
    core.endBatch()
  }
}

struct Xorshift {
  var state: UInt64

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
