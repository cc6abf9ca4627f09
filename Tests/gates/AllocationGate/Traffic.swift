import Glibc
import Ingest
import TestSupport

/// Messages of a thousand devices, every sort of frame that the hot path knows, all written
/// before the counting starts.
final class Traffic {
  struct Messages {
    var topics: [[UInt8]] = []
    var payloads: [[UInt8]] = []
  }

  let devices: Int
  var isAllocating = false
  private var next: [Int]
  private let topics: [[UInt8]]

  init(devices: Int) {
    self.devices = devices
    next = Array(repeating: 0, count: devices)
    topics = (0..<devices).map { Array("pikapalaute/v1/helsinki/dev-\($0)/press".utf8) }
  }

  var engineDevices: [EngineDevice] {
    (0..<devices).map { device in
      EngineDevice(
        name: "dev-\(device)", isRegistered: true,
        rules: [
          EngineDevice.Rule(
            hours: 0..<498_000, repeatIntervalMilliseconds: 0, buttons: [5]),
          EngineDevice.Rule(
            hours: 498_000..<2_000_000, repeatIntervalMilliseconds: 2000, buttons: [4, 5]),
        ])
    }
  }

  /// One round: each device's next frame, of a sort that goes round with the device.
  func messages(round: Int, receivedAtMilliseconds: Int) -> Messages {
    var messages = Messages()
    for device in 0..<devices {
      for frame in frames(device, round, receivedAtMilliseconds / 1000) {
        messages.topics.append(topics[device])
        messages.payloads.append(frame.bytes)
      }
    }
    return messages
  }

  private func frames(_ device: Int, _ round: Int, _ now: Int) -> [PlainFrame] {
    let first = next[device]
    var frame = PlainFrame(
      epoch: device, first: first, sentAt: now,
      presses: (0..<20).map { number in
        // Every third is too soon after the one before it; some buttons and slots do not exist.
        PlainPress(
          at: now - 60 + number * 2 - number % 3, milliseconds: 500,
          button: (number + round) % 17 == 0 ? 9 : number % 4, slot: number % 7 == 6 ? 1 : 0)
      })
    switch (device + round) % 10 {
    case 0:  // Weeks late, hour by hour.
      for index in frame.presses.indices { frame.presses[index].at = now - 3_000_000 + index * 900 }
    case 1:  // A counter instead of a clock, and times that are not known.
      frame.isUTC = false
      frame.sentAt = 100_000
      for index in frame.presses.indices { frame.presses[index].at = 99_940 + index * 3 }
      frame.presses[7].at = nil
    case 2:  // A gap that the device cannot fill.
      frame.first += 3
    case 3:  // A clock far ahead.
      frame.sentAt += 100_000
      for index in frame.presses.indices {
        frame.presses[index].at = now + 99_940 + index * 3
      }
    default: break
    }
    next[device] = frame.first + frame.presses.count
    var frames = [frame]
    switch (device + round) % 7 {
    case 0: frames.append(frame)
    case 1:  // The device holds what is missing: it is asked to rewind.
      var ahead = frame
      ahead.isOldest = false
      ahead.first = next[device] + 5
      frames.append(ahead)
    case 2:  // Overlaps what was counted by all but two.
      var overlap = frame
      overlap.first += 2
      overlap.presses = Array(frame.presses.dropFirst(2) + frame.presses.suffix(2))
      frames.append(overlap)
      next[device] += 2
    case 3 where round % 3 == 0:  // A journal that was started anew.
      var anew = frame
      anew.epoch = 1_000_000 + round
      anew.first = 0
      frames.append(anew)
    default: break
    }
    return frames
  }

  /// Takes memory once when the gate is to fail, in a way that no optimizer removes.
  func allocateIfAsked() {
    guard isAllocating else { return }
    isAllocating = false
    let memory = UnsafeMutableRawPointer.allocate(byteCount: devices, alignment: 16)
    unsafe memory.storeBytes(of: UInt8(truncatingIfNeeded: getpid()), as: UInt8.self)
    unsafe Self.kept = Int(bitPattern: memory)
    unsafe memory.deallocate()
  }

  // Written once, on the only thread there is.
  nonisolated(unsafe) static var kept = 0
}

func fatalExit(_ reason: String) -> Never {
  print("allocation-gate: \(reason)")
  exit(1)
}
