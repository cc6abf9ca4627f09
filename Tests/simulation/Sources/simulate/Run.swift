import Glibc

/// Runs seeds one after the other and sums up.
struct Run {
  private let options: Options
  private var deviceDays = 0.0
  private var presses = 0
  private var acknowledged = 0
  private var lost = 0
  private var excluded = 0
  private var lives = 0
  private var commits = 0
  private var faults: [FaultKind: Int] = [:]
  private var failed: [UInt64] = []

  init(_ options: Options) {
    self.options = options
  }

  /// True when every seed held.
  mutating func start() -> Bool {
    let clock = ContinuousClock()
    let began = clock.now
    var reported = began
    for number in 0..<options.seeds {
      let seed = options.from &+ UInt64(number)
      let story = options.story(seed)
      let world = World(story, isTold: options.isTold)
      world.run()
      add(world)
      if options.isTold { for line in world.told { print(line) } }
      if !world.violations.isEmpty {
        fail(story, world)
        break
      }
      if !options.isQuiet, reported.duration(to: clock.now) > .seconds(5) {
        reported = clock.now
        print("  \(number + 1) of \(options.seeds) seeds, \(Int(deviceDays)) device-days")
        fflush(nil)
      }
    }
    summarize(began.duration(to: clock.now))
    return failed.isEmpty
  }

  private mutating func add(_ world: World) {
    let taking = world.story.devices?.count ?? world.devices.count
    deviceDays += Double(taking) * Double(world.story.length) / Double(Span.day)
    for device in world.devices {
      presses += device.pressesMade
      for journal in device.journals { acknowledged += journal.acknowledged }
    }
    for device in world.disk.devices {
      for bucket in device.buckets.values {
        lost += bucket.lost
        excluded += bucket.excluded
      }
    }
    lives += world.lives
    commits += world.disk.commits
    faults.merge(world.faults.counts) { $0 + $1 }
  }

  private mutating func fail(_ story: Story, _ world: World) {
    failed.append(story.seed)
    print("FAILED seed \(story.seed)")
    for text in world.violations { print("  \(text)") }
    print("repeat with: \(story.command)")
    fflush(nil)
    if !options.isShrinking { return }
    var shrinker = Shrinker(story)
    let short = shrinker.shortest()
    let again = World(short, isTold: true)
    again.run()
    print("\nthe shortest story found, \(again.told.count) lines:")
    for line in again.told.suffix(200) { print("  \(line)") }
    for text in again.violations { print("  ✗ \(text)") }
    print("repeat with: \(short.command)")
  }

  private func summarize(_ duration: Duration) {
    let seconds =
      Double(
        duration.components.seconds * 10 + duration.components.attoseconds / 100_000_000_000_000_000
      ) / 10
    if !options.isQuiet {
      print("faults:")
      for kind in FaultKind.allCases {
        print("  \(kind.rawValue): \(faults[kind, default: 0])")
      }
    }
    print(
      """
      seeds \(options.from)…\(options.from &+ UInt64(max(0, options.seeds - 1))): \
      \(Int(deviceDays)) device-days, \(presses) presses, \(acknowledged) acknowledged, \
      \(excluded) excluded, \(lost) overwritten and lost, \(commits) commits, \
      \(lives) lives of the service, \(faults.values.reduce(0, +)) faults, \
      \(seconds) s, failures: \(failed.count)
      """)
  }
}
