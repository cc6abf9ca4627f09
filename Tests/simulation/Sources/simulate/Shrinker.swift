/// Makes a failing story shorter: fewer devices, fewer kinds of faults, less time, fewer
/// presses, for as long as something is still wrong with it.
struct Shrinker {
  private var story: Story
  private var runs = 0
  private let began = ContinuousClock.now

  /// Runs at most, and seconds after which none begins any more.
  static let runsMax = 400
  static let secondsMax = 60

  init(_ story: Story) {
    self.story = story
  }

  mutating func shortest() -> Story {
    var before = -1
    while before != size && runs < Self.runsMax {
      before = size
      dropDevices()
      dropFaults()
      shorten()
      thin()
    }
    tellElsewhere()
    return story
  }

  /// What the rounds try to make smaller.
  private var size: Int {
    let devices = story.devices?.count ?? story.deviceCount
    return devices * 1_000_000 + Int(story.length / Span.minute)
      + min(story.pressesMax, 10_000) * 100 - story.without.count
  }

  /// Takes the change when the story still fails with it.
  private mutating func attempt(_ change: (inout Story) -> Void) -> Bool {
    if runs >= Self.runsMax || ContinuousClock.now - began > .seconds(Self.secondsMax) {
      return false
    }
    runs += 1
    var shorter = story
    change(&shorter)
    let world = World(shorter, isTold: false)
    world.run()
    if world.violations.isEmpty { return false }
    story = shorter
    return true
  }

  private mutating func dropDevices() {
    var devices = story.devices ?? Array(0..<story.deviceCount)
    for device in devices {
      if attempt({ $0.devices = [device] }) { return }
    }
    var chunk = devices.count / 2
    while chunk > 0 {
      var start = 0
      while start < devices.count && devices.count > chunk {
        var fewer = devices
        fewer.removeSubrange(start..<min(start + chunk, devices.count))
        if attempt({ $0.devices = fewer }) { devices = fewer } else { start += chunk }
      }
      chunk /= 2
    }
  }

  private mutating func dropFaults() {
    for kind in FaultKind.allCases where kind.rate > 0 && !story.without.contains(kind) {
      _ = attempt { $0.without.insert(kind) }
    }
  }

  private mutating func shorten() {
    while story.length > 2 * Span.minute, attempt({ $0.length = Self.half($0.length) }) {}
    var step = Self.half(story.length)
    while step >= Span.minute {
      if !attempt({ $0.length = max(Span.minute, $0.length - step) }) { step = Self.half(step) }
      if story.length <= step { step = Self.half(step) }
    }
    step = Self.half(story.length)
    while step >= Span.minute {
      if story.faultsFrom + step >= story.length || !attempt({ $0.faultsFrom += step }) {
        step = Self.half(step)
      }
    }
  }

  private static func half(_ milliseconds: Int64) -> Int64 {
    milliseconds / 2 / Span.minute * Span.minute
  }

  /// Other seeds may tell the same with far fewer events: one device, a few presses, and only
  /// the faults that it takes.
  private mutating func tellElsewhere() {
    var fewest = lines(of: story)
    let narrowed = story
    for number in 0..<Self.seedsElsewhere where ContinuousClock.now - began < .seconds(90) {
      var other = Story(seed: narrowed.seed &+ 1 &+ UInt64(number))
      other.devices = (narrowed.devices?.count ?? other.deviceCount) == 1 ? [0] : nil
      other.pressesMax = min(narrowed.pressesMax, 6)
      other.length = min(narrowed.length, other.length)
      other.without = narrowed.without
      let count = lines(of: other)
      if count > 0 && (fewest == 0 || count < fewest) {
        fewest = count
        story = other
      }
    }
  }

  private static let seedsElsewhere = 500

  /// Lines of the story; 0 when nothing is wrong with it.
  private func lines(of story: Story) -> Int {
    let world = World(story, isTold: true)
    world.run()
    return world.violations.isEmpty ? 0 : world.told.count
  }

  private mutating func thin() {
    for presses in [1, 2, 3, 5, 8, 13, 20, 40, 80, 160] where presses < story.pressesMax {
      if attempt({ $0.pressesMax = presses }) { return }
    }
  }
}
