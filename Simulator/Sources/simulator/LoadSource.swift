import FirmwareProtocol

/// A free load: how many presses are due, and which button each one is.
struct LoadSource {
  let count: Int
  /// 0 is as fast as presses are acknowledged.
  let ratePerSecond: Double
  private(set) var made = 0
  private var turn = 0
  private var random: SplitMix64

  init(count: Int, ratePerSecond: Double, seed: Int) {
    self.count = count
    self.ratePerSecond = ratePerSecond
    random = SplitMix64(seed: seed, label: "load")
  }

  var isExhausted: Bool { made >= count }

  /// Presses due after so many seconds.
  func due(afterSeconds seconds: Double) -> Int {
    ratePerSecond == 0 ? count : min(count, Int(seconds * ratePerSecond))
  }

  /// The next device's turn, of `devices` in all.
  mutating func nextDevice(of devices: Int) -> Int {
    defer { turn += 1 }
    return turn % devices
  }

  /// The next press: nine in ten are content.
  mutating func press(atMilliseconds: Int) -> Press {
    made += 1
    let draw = random.below(100)
    let button: UInt8 = draw < 5 ? 0 : draw < 10 ? 1 : draw < 25 ? 2 : 3
    return Press(
      at: UInt32(atMilliseconds / 1000), milliseconds: UInt16(atMilliseconds % 1000),
      button: button)
  }
}

extension Fleet {
  /// Presses what is due. Without a rate a device presses while its window has room; with one
  /// the presses come anyway, and the journal holds what cannot be sent.
  func pressLoad(now: Double) {
    guard var source = load else { return }
    let time = utcMilliseconds(now: now)
    let due = source.due(afterSeconds: now - startedSeconds)
    var idle = 0
    while source.made < due && idle < devices.count {
      let device = devices[source.nextDevice(of: devices.count)]
      if source.ratePerSecond == 0
        && device.journal.unsent + device.journal.framesInFlight >= Journal.windowFrames
      {
        idle += 1
        continue
      }
      idle = 0
      let press = source.press(atMilliseconds: time)
      device.journal.append(press)
      statistics.made += 1
      ledger.record(press, device: device.name, touchpoint: device.touchpoint)
    }
    load = source
  }
}
