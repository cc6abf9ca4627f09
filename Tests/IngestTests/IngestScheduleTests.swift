import Testing

@testable import Ingest

@Suite struct IngestScheduleTests {
  @Test("a store that fails is opened again after 1 s, then twice as long each time, up to 30 s")
  func reopening() {
    var schedule = IngestSchedule()
    for seconds: Int64 in [1, 2, 4, 8, 16, 30, 30] {
      let pause = schedule.failed()
      #expect(pause == IngestPause(milliseconds: seconds * 1000, isReadingLink: false))
      #expect(Int64(pause.sleepMilliseconds) == pause.milliseconds, "slept at once")
    }
    schedule.opened()
    #expect(schedule.failed().milliseconds == 30_000, "opened is not yet stored")
    schedule.stored()
    #expect(schedule.failed().milliseconds == 1000)
  }

  @Test(
    "a round that had to commit reads on until its time is over, and not a millisecond longer",
    arguments: [
      (0, true), (IngestLimits.roundMillisecondsMax - 1, true),
      (IngestLimits.roundMillisecondsMax, false), (100_000, false),
    ] as [(Int64, Bool)])
  func reading(_ passed: Int64, _ isReadingOn: Bool) {
    var schedule = IngestSchedule()
    schedule.beginReading(nowMilliseconds: 7000)
    #expect(schedule.readsOn(nowMilliseconds: 7000 + passed) == isReadingOn)
    #expect(
      Self.pause(schedule).milliseconds == (isReadingOn ? 500 : 0), "the rest is read at once")
    schedule.beginReading(nowMilliseconds: 200_000)
    #expect(Self.pause(schedule).milliseconds == 500)
  }

  @Test("of full batches every eighth is answered, of any other each, and the last before stopping")
  func answering() {
    let full = IngestLimits.messagesPerBatchMax
    let steps: [(messages: Int, isStopping: Bool, isDue: Bool)] =
      (1...17).map { (full, false, $0 % IngestLimits.unansweredBatchesMax == 0) } + [
        (full - 1, false, true), (full, false, false), (0, false, true), (full, false, false),
        (full, true, true),
      ]
    var schedule = IngestSchedule()
    #expect(schedule.areAnswersDue, "nothing is put off yet")
    for (index, step) in steps.enumerated() {
      schedule.committed(messages: step.messages, isStopping: step.isStopping)
      #expect(schedule.areAnswersDue == step.isDue, "step \(index)")
      let isBacklog = step.messages == full && !step.isStopping
      #expect(Self.pause(schedule).milliseconds == (isBacklog ? 0 : 500), "step \(index)")
    }
    schedule.committed(messages: full, isStopping: false)
    schedule.opened()
    #expect(schedule.areAnswersDue && Self.pause(schedule).milliseconds == 500)
  }

  @Test("configurations are read again at the moment they named, and never where they named none")
  func configurations() {
    var schedule = IngestSchedule()
    #expect(!schedule.areConfigurationsDue(wallMilliseconds: .max))
    schedule.configured(changesAtMilliseconds: 5000)
    for (wall, isDue) in [(0, false), (4999, false), (5000, true), (9000, true)] as [(Int64, Bool)]
    {
      #expect(schedule.areConfigurationsDue(wallMilliseconds: wall) == isDue, "\(wall)")
    }
    schedule.configured(changesAtMilliseconds: nil)
    #expect(!schedule.areConfigurationsDue(wallMilliseconds: 9000))
  }

  @Test(
    "maintenance is due once a second, and every 20 ms while more of it waits and no presses come",
    arguments: [
      (false, false, 999, false), (false, false, 1000, true), (false, true, 999, false),
      (false, true, 1000, true), (true, false, 19, false), (true, false, 20, true),
      (true, true, 999, false), (true, true, 1000, true),
    ] as [(Bool, Bool, Int64, Bool)])
  func maintenance(_ hasMore: Bool, _ isBusy: Bool, _ passed: Int64, _ isDue: Bool) {
    var schedule = IngestSchedule()
    schedule.maintained(hasMore: hasMore, nowMilliseconds: 40_000)
    #expect(schedule.isMaintenanceDue(isBusy: isBusy, nowMilliseconds: 40_000 + passed) == isDue)
    schedule.opened()
    #expect(schedule.isMaintenanceDue(isBusy: isBusy, nowMilliseconds: 40_000 + passed) == isDue)
  }

  @Test(
    "maintenance leaves a backlog its time until a fifth of a second after its last batch",
    arguments: [
      (512, 199, false), (512, 200, true), (511, 20, true), (4000, 999, true), (4000, 100, false),
    ] as [(Int, Int64, Bool)])
  func backlog(_ messages: Int, _ passed: Int64, _ isDue: Bool) {
    var schedule = IngestSchedule()
    schedule.maintained(hasMore: true, nowMilliseconds: 39_970)
    schedule.beginReading(nowMilliseconds: 40_000)
    schedule.committed(messages: messages, isStopping: false)
    #expect(schedule.isMaintenanceDue(isBusy: false, nowMilliseconds: 40_000 + passed) == isDue)
    schedule.maintained(hasMore: true, nowMilliseconds: 39_100)
    #expect(
      schedule.isMaintenanceDue(isBusy: true, nowMilliseconds: 40_100), "but once a second")
  }

  @Test(
    "a slice that somebody waits for leaves presses four fifths of the thread, a backlog all of it",
    arguments: [
      (1, false, 1, false), (1, false, 2, true), (1, true, 39, false), (1, true, 40, true),
      (512, false, 40, false), (512, false, 200, true), (512, true, 199, false),
    ] as [(Int, Bool, Int64, Bool)])
  func slices(_ messages: Int, _ isBusy: Bool, _ passed: Int64, _ isDue: Bool) {
    var schedule = IngestSchedule()
    schedule.beginReading(nowMilliseconds: 40_000)
    schedule.committed(messages: messages, isStopping: false)
    schedule.sliced(nowMilliseconds: 40_000)
    #expect(schedule.isSliceDue(isBusy: isBusy, nowMilliseconds: 40_000 + passed) == isDue)
    let pause = schedule.pause(
      tickMilliseconds: 700, isWritable: true, hasConfigurations: false, hasSlice: true)
    #expect(pause.milliseconds == IngestLimits.sliceMillisecondsIdle)
  }

  /// Whether maintenance waits, whether something is owed, whether the link takes it, how long until
  /// that has something to do by itself, and how long the loop waits.
  @Test(
    "the loop waits for its link, for maintenance 20 ms, and not at all with what the link may take",
    arguments: [
      (false, false, true, 700, 700), (false, false, false, 700, 700),
      (false, true, true, 700, 0), (false, true, false, 700, 700),
      (true, false, true, 700, 20), (true, false, false, 700, 20), (true, false, true, 5, 5),
      (true, true, true, 700, 0), (true, true, false, 700, 20), (true, true, true, -3, -3),
    ] as [(Bool, Bool, Bool, Int64, Int64)])
  func pauses(
    _ hasMaintenance: Bool, _ isOwing: Bool, _ isWritable: Bool, _ tick: Int64, _ expected: Int64
  ) {
    var owed = IngestSchedule()
    owed.maintained(hasMore: hasMaintenance, nowMilliseconds: 0)
    let told = owed.pause(
      tickMilliseconds: tick, isWritable: isWritable, hasConfigurations: isOwing)
    #expect(told == IngestPause(milliseconds: expected, isReadingLink: true))
    if isOwing { owed.committed(messages: IngestLimits.messagesPerBatchMax, isStopping: false) }
    let answered = owed.pause(
      tickMilliseconds: tick, isWritable: isWritable, hasConfigurations: false)
    #expect(answered == told, "answers are owed like configurations")
  }

  @Test(
    "a loop that serves sleeps a second at most, one that waits for its store 30",
    arguments: [
      (-3, true, 0), (999, true, 999), (60_000, true, 1000), (.max, true, 1000),
      (4000, false, 4000), (60_000, false, 30_000),
    ] as [(Int64, Bool, Int32)])
  func sleeping(_ milliseconds: Int64, _ isReadingLink: Bool, _ slept: Int32) {
    let pause = IngestPause(milliseconds: milliseconds, isReadingLink: isReadingLink)
    #expect(pause.sleepMilliseconds == slept)
  }

  private static func pause(_ schedule: IngestSchedule) -> IngestPause {
    schedule.pause(tickMilliseconds: 500, isWritable: true, hasConfigurations: false)
  }
}
