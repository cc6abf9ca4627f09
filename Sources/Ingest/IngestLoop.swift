import BucketCore
import Glibc

/// Drives everything that writes, on one thread: reads the broker, commits, answers; takes
/// what HTTP brought, commits, answers; and starts over from the store when that fails, or when
/// the site has changed.
///
///     wait ─▶ read until dry ─▶ commit ─▶ queue answers ─▶ flush (PUBACKs and answers go)
///       ▲                                                    │
///       └── site changed? ◀── HTTP: take ─▶ commit ─▶ resume ◀─┘
public final class IngestLoop<Store: BatchStore, Link: MessageLink> {
  /// What the loop needs of a site, read from the store when it opens.
  public struct Opened {
    public var site: String
    public var devices: [EngineDevice]
    /// What devices are told at a time, UTC milliseconds since 1970.
    public var configurations: (Int64) throws -> Configurations
    public var store: Store
    /// The latest time of receipt in the store, UTC since 1970; 0 = none.
    public var lastReceivedMilliseconds: Int64

    public init(
      site: String, devices: [EngineDevice],
      configurations: @escaping (Int64) throws -> Configurations, store: Store,
      lastReceivedMilliseconds: Int64 = 0
    ) {
      self.site = site
      self.devices = devices
      self.configurations = configurations
      self.store = store
      self.lastReceivedMilliseconds = lastReceivedMilliseconds
    }
  }

  private let link: Link
  private let queue: SubmissionQueue
  private let status: IngestStatus
  private let open: () throws -> Opened
  private let renewed: (Store) throws -> Opened?
  private let sliced: (Store) throws -> Void
  private let nowMilliseconds: () -> Int64
  private let monotonicMilliseconds: () -> Int64
  private let report: (Severity, String) -> Void
  private let isClockSynchronised: () -> Bool
  private var clockWatch: ClockWatch?
  private var configurationQueue = ConfigurationQueue()
  private var configurations = Configurations()
  private var serving: Serving?
  private var schedule = IngestSchedule()
  /// What HTTP brought and this round has not answered.
  private var submissions: [SubmissionQueue.Submission] = []
  /// Messages that were read and whose answers are owed, by when they were read.
  private var unanswered: [(sinceMilliseconds: Int64, messages: Int)] = []
  private var latencies = IngestLatencies()
  private var committingSinceMilliseconds: Int64 = 0
  private var measuredCommits = 0

  /// An open store and the engine that counts into it; both go when either fails.
  private final class Serving {
    let opened: Opened
    var engine: IngestEngine<Store>

    init(_ opened: Opened, inspect: @escaping (borrowing BucketCore) throws -> Void) {
      self.opened = opened
      engine = IngestEngine(
        site: opened.site, devices: opened.devices, store: opened.store, inspect: inspect)
    }
  }

  /// - Parameters:
  ///   - open: opens the store anew; called at the start and after each failure.
  ///   - nowMilliseconds: the wall clock, UTC since 1970.
  ///   - monotonicMilliseconds: a clock that only goes forward.
  ///   - clockWatch: holds the wall clock against its witnesses; nil believes it.
  ///   - isClockSynchronised: whether an NTP daemon keeps the wall clock.
  ///   - report: takes one line for people, at failures and recoveries only.
  ///   - renewed: changes the site of an open store where that was asked for; nil = it stays. Called
  ///     between two rounds after `SubmissionQueue.askRenewal`; what it throws is a failure of the
  ///     store.
  ///   - sliced: does a slice of work on an open store that somebody waits for, some 10 ms. Called between
  ///     two rounds after `SubmissionQueue.askSlice`; what it throws is a failure of the store.
  public init(
    link: Link, queue: SubmissionQueue, status: IngestStatus,
    nowMilliseconds: @escaping () -> Int64, monotonicMilliseconds: @escaping () -> Int64,
    clockWatch: ClockWatch? = nil, isClockSynchronised: @escaping () -> Bool = { false },
    report: @escaping (Severity, String) -> Void,
    renewed: @escaping (Store) throws -> Opened? = { _ in nil },
    sliced: @escaping (Store) throws -> Void = { _ in },
    open: @escaping () throws -> Opened
  ) {
    self.link = link
    self.queue = queue
    self.status = status
    self.nowMilliseconds = nowMilliseconds
    self.monotonicMilliseconds = monotonicMilliseconds
    self.clockWatch = clockWatch
    self.isClockSynchronised = isClockSynchronised
    self.report = report
    self.renewed = renewed
    self.sliced = sliced
    self.open = open
  }

  /// Works until the queue is stopped. A store that fails is opened again, after 1 s, then 2 s, up to 30 s.
  public func run() {
    while let pause = step() { wait(pause) }
  }

  /// One turn of `run`, without the pause after it: opens the store if need be, does one round.
  /// nil after the last; a simulation calls it by a clock of its own.
  public func step() -> IngestPause? {
    let isLast = queue.isStopped
    beat(.reading)
    do {
      if !isLast { try lookAtClocks() }
      if serving == nil && !isLast { serving = try begin() }
      if serving != nil && !isLast && queue.takeRenewal() { try renew() }
      if let serving {
        let commits = serving.engine.counters.commits
        try round(&serving.engine, serving.opened)
        if schedule.areConfigurationsDue(wallMilliseconds: nowMilliseconds()) {
          try updateConfigurations(serving.opened)
        }
        try maintain(serving.opened, isBusy: serving.engine.counters.commits > commits)
        if serving.engine.counters.commits > 0 { schedule.stored() }
        if isLast {
          beat(.closing)
          serving.opened.store.close()
        }
      }
    } catch {
      fail(error)
      serving = nil
      let pause = schedule.failed()
      report(
        .error,
        "\(error is ClockWatch.Doubt ? "clock" : "store"): \(error); next attempt in \(pause.milliseconds / 1000) s"
      )
      return pause
    }
    if isLast {
      leave()
      return nil
    }
    if queue.isRenewalAsked { return IngestPause(milliseconds: 0, isReadingLink: true) }
    return schedule.pause(
      tickMilliseconds: link.millisecondsToTick(nowMilliseconds: monotonicMilliseconds()),
      isWritable: link.descriptor != nil && !link.isBlocked,
      hasConfigurations: configurationQueue.isPending && link.isSubscribed,
      hasSlice: queue.isSliceAsked)
  }

  private func begin() throws -> Serving {
    beat(.opening)
    let opened = try open()
    clockWatch?.begin(lastCommitMilliseconds: opened.lastReceivedMilliseconds)
    try lookAtClocks()
    status.update {
      $0.isStoring = true
      $0.storeFailure = ""
    }
    queue.setOpen(true)
    schedule.opened()
    unanswered = []
    measuredCommits = 0
    try updateConfigurations(opened)
    return serve(opened)
  }

  /// Takes up a site that has changed, as after a failure: the engine goes with all that it knew. But
  /// between two rounds everything is committed, so the store stays open and the connection too.
  private func renew() throws {
    beat(.renewing)
    guard let before = serving?.opened else { return }
    // What is owed goes under the numbers that it was counted under.
    if let serving { publishAnswers(&serving.engine, before) }
    guard let opened = try renewed(before.store) else {
      // The site is what it was, and yet devices may be told something else.
      return try updateConfigurations(before)
    }
    let numbers = serving.map { ($0.engine.counters, $0.engine.quarantinedTotals) }
    // Before another is made: each takes the memory of all devices.
    serving = nil
    let next = serve(opened)
    if let numbers { next.engine.goOn(from: numbers.0, quarantined: numbers.1) }
    serving = next
    try updateConfigurations(opened)
  }

  private func serve(_ opened: Opened) -> Serving {
    Serving(opened) { [unowned self] core in
      beat(.committing)
      let (wall, monotonic) = (nowMilliseconds(), monotonicMilliseconds())
      for index in 0..<core.touchedCount {
        let cursor = core.touched(at: index)
        guard let ahead = cursor.clockAheadSeconds else { continue }
        clockWatch?.hear(
          device: cursor.device, aheadMilliseconds: Int64(ahead) * 1000, wallMilliseconds: wall,
          monotonicMilliseconds: monotonic)
      }
      try lookAtClocks()
      committingSinceMilliseconds = monotonicMilliseconds()
    }
  }

  /// - Throws: `ClockWatch.Doubt`: nothing is committed under a clock that is not believed.
  ///
  /// - Returns: the wall clock, which is believed.
  @discardableResult
  private func lookAtClocks() throws -> Int64 {
    let wall = nowMilliseconds()
    try clockWatch?.look(
      wallMilliseconds: wall, monotonicMilliseconds: monotonicMilliseconds(),
      isSynchronised: isClockSynchronised)
    status.update { $0.believedMilliseconds = wall }
    return wall
  }

  /// What devices are told changes with the registry and at its dates: those are told that it
  /// concerns.
  private func updateConfigurations(_ opened: Opened) throws {
    let before = configurations.messages
    configurations = try opened.configurations(nowMilliseconds())
    schedule.configured(changesAtMilliseconds: configurations.changesAtMilliseconds)
    configurationQueue.add(
      configurations.messages.lazy.filter { before[$0.key] != $0.value }.map(\.key))
  }

  /// A sign of life: what comes now, and for how long it sleeps if it does.
  private func beat(_ phase: IngestPhase, pauseMilliseconds: Int64 = 0) {
    status.note(
      IngestBeat(
        phase: phase, atMilliseconds: monotonicMilliseconds(),
        pauseMilliseconds: pauseMilliseconds))
  }

  private func leave() {
    serving = nil
    queue.setOpen(false)
    answerEveryone(.unavailable)
    link.close()
  }

  /// One round: everything that has arrived is durable and answered when it returns.
  func round(_ engine: inout IngestEngine<Store>, _ opened: Opened) throws {
    if link.descriptor != nil && !link.isBlocked {
      let received = nowMilliseconds()
      let began = monotonicMilliseconds()
      let commits = engine.counters.commits
      var messages = 0
      schedule.beginReading(nowMilliseconds: began)
      link.read(messagesMax: IngestLimits.messagesPerBatchMax) { topic, payload, isRetained in
        messages += 1
        engine.receive(
          topic: topic, payload: payload, isRetained: isRetained,
          receivedAtMilliseconds: received)
        if engine.counters.commits == commits { return true }
        // What a round commits before its end waits for that end to be answered.
        noteCommit(engine.counters.commits)
        return schedule.readsOn(nowMilliseconds: monotonicMilliseconds())
      }
      try engine.commit(answering: true)
      beat(.answering)
      noteCommit(engine.counters.commits)
      if messages > 0 { unanswered.append((began, messages)) }
      schedule.committed(messages: messages, isStopping: queue.isStopped)
      if schedule.areAnswersDue { publishAnswers(&engine, opened) }
      publishConfigurations(opened)
    }
    link.flush()
    noteAnswers()
    try serveSubmissions(&engine)
    link.tick(nowMilliseconds: monotonicMilliseconds())
    for line in engine.takeNotices() { report(.warning, line) }
    status.update {
      $0.counters = engine.counters
      $0.quarantined = engine.quarantinedTotals
      $0.isSubscribed = link.isSubscribed
      $0.latencies = latencies
      $0.clockSkewMilliseconds = clockWatch?.skewMilliseconds
    }
  }

  /// A slice of what somebody waits for, and of what can wait, now and then.
  private func maintain(_ opened: Opened, isBusy: Bool) throws {
    let now = monotonicMilliseconds()
    if queue.isSliceAsked, schedule.isSliceDue(isBusy: isBusy, nowMilliseconds: now) {
      beat(.maintaining)
      queue.takeSlice()
      try sliced(opened.store)
      schedule.sliced(nowMilliseconds: monotonicMilliseconds())
    }
    if !schedule.isMaintenanceDue(isBusy: isBusy, nowMilliseconds: now) { return }
    beat(.maintaining)
    // It erases: never by a clock that was set since the round began.
    let hasMore = try opened.store.maintain(nowMilliseconds: try lookAtClocks())
    schedule.maintained(hasMore: hasMore, nowMilliseconds: monotonicMilliseconds())
  }

  /// Takes the time of a commit, once: it began when the batch was inspected.
  private func noteCommit(_ commits: Int) {
    if commits == measuredCommits { return }
    measuredCommits = commits
    latencies.commits.add(monotonicMilliseconds() - committingSinceMilliseconds)
  }

  /// Takes the time of what was answered in this round.
  private func noteAnswers() {
    if unanswered.isEmpty || !schedule.areAnswersDue { return }
    let now = monotonicMilliseconds()
    for batch in unanswered {
      latencies.answers.add(now - batch.sinceMilliseconds, times: batch.messages)
    }
    unanswered.removeAll(keepingCapacity: true)
  }

  private func publishAnswers(_ engine: inout IngestEngine<Store>, _ opened: Opened) {
    let now = nowMilliseconds()
    for answer in engine.takeAnswers() {
      link.publish(
        topic: Topic.ack(site: opened.site, device: opened.devices[answer.device].name),
        payload: answer.encoded(serverTimeMilliseconds: now), qualityOfService: 0,
        isRetained: false)
    }
  }

  private func publishConfigurations(_ opened: Opened) {
    configurationQueue.confirm(link.takeConfirmations())
    if let session = link.takeSession() {
      status.update { $0.brokerSessions += 1 }
      configurationQueue.connected(session, all: configurations.messages.keys)
    }
    guard link.isSubscribed else { return }
    let now = monotonicMilliseconds()
    configurationQueue.hold(all: configurations.messages.keys, nowMilliseconds: now)
    for _ in 0..<IngestLimits.configurationsPerRoundMax {
      let isTaken = configurationQueue.publishNext(nowMilliseconds: now) { device in
        link.publish(
          topic: Topic.config(site: opened.site, device: opened.devices[device].name),
          payload: configurations.messages[device] ?? [], qualityOfService: 1, isRetained: true)
      }
      if !isTaken { return }
    }
  }

  private func serveSubmissions(_ engine: inout IngestEngine<Store>) throws {
    submissions = queue.take(upTo: IngestLimits.messagesPerBatchMax)
    if submissions.isEmpty { return }
    beat(.submissions)
    let received = nowMilliseconds()
    var outcomes: [SubmissionOutcome] = []
    for submission in submissions {
      outcomes.append(
        try engine.submit(
          unsafe submission.payload.span.bytes, device: submission.device,
          receivedAtMilliseconds: received))
    }
    try engine.commit(answering: false)
    for (submission, outcome) in zip(submissions, outcomes) {
      submission.answer(outcome)
    }
    submissions = []
    noteCommit(engine.counters.commits)
  }

  /// Nothing that was not committed is acknowledged: the broker keeps it, HTTP hears 503, and who
  /// has heard it and asks why is told.
  private func fail(_ error: any Error) {
    link.drop()
    status.update {
      $0.isStoring = false
      $0.isSubscribed = false
      $0.storeFailure = "\(error)"
      $0.storeFailures += 1
    }
    queue.setOpen(false)
    answerEveryone(.unavailable)
  }

  private func answerEveryone(_ outcome: SubmissionOutcome) {
    repeat {
      for submission in submissions { submission.answer(outcome) }
      submissions = queue.take(upTo: IngestLimits.submissionsWaitingMax)
    } while !submissions.isEmpty
  }

  /// Sleeps until something arrives, at most so long.
  private func wait(_ pause: IngestPause) {
    var descriptors = [pollfd(fd: queue.wakeDescriptor, events: Int16(POLLIN), revents: 0)]
    if pause.isReadingLink, let descriptor = link.descriptor {
      let events = link.isBlocked ? POLLOUT : POLLIN
      descriptors.append(pollfd(fd: descriptor, events: Int16(events), revents: 0))
    }
    // A failure takes what woke the loop with it: who asked for the end does not wait for it.
    if !pause.isReadingLink && queue.isStopped { return }
    beat(.waiting, pauseMilliseconds: Int64(pause.sleepMilliseconds))
    _ = unsafe poll(&descriptors, nfds_t(descriptors.count), pause.sleepMilliseconds)
  }
}
