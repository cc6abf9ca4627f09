import Glibc

/// Drives everything that writes, on one thread: reads the broker, commits, answers; takes
/// what HTTP brought, commits, answers; and starts over from the store when that fails.
///
///     wait ─▶ read until dry ─▶ commit ─▶ queue answers ─▶ flush (PUBACKs and answers go)
///       ▲                                                    │
///       └────────── HTTP: take ─▶ commit ─▶ resume ◀─────────┘
public final class IngestLoop<Store: BatchStore, Link: MessageLink> {
  /// What the loop needs of a site, read from the store when it opens.
  public struct Opened {
    public var site: String
    public var devices: [EngineDevice]
    /// Retained configuration of each registered device, by its number.
    public var configurations: [Int: [UInt8]]
    public var store: Store

    public init(
      site: String, devices: [EngineDevice], configurations: [Int: [UInt8]], store: Store
    ) {
      self.site = site
      self.devices = devices
      self.configurations = configurations
      self.store = store
    }
  }

  private let link: Link
  private let queue: SubmissionQueue
  private let status: IngestStatus
  private let open: () throws -> Opened
  private let nowMilliseconds: () -> Int64
  private let monotonicMilliseconds: () -> Int64
  private let report: (String) -> Void
  private var configurationsToPublish: [Int] = []

  /// - Parameters:
  ///   - open: opens the store anew; called at the start and after each failure.
  ///   - nowMilliseconds: the wall clock, UTC since 1970.
  ///   - monotonicMilliseconds: a clock that only goes forward.
  ///   - report: takes one line for people, at failures and recoveries only.
  public init(
    link: Link, queue: SubmissionQueue, status: IngestStatus,
    nowMilliseconds: @escaping () -> Int64, monotonicMilliseconds: @escaping () -> Int64,
    report: @escaping (String) -> Void, open: @escaping () throws -> Opened
  ) {
    self.link = link
    self.queue = queue
    self.status = status
    self.nowMilliseconds = nowMilliseconds
    self.monotonicMilliseconds = monotonicMilliseconds
    self.report = report
    self.open = open
  }

  /// Works until the queue is stopped. A store that fails is opened again, after 1 s, then 2 s, up to 30 s.
  public func run() {
    var pauseMilliseconds: Int64 = 1000
    while !queue.isStopped {
      do {
        let opened = try open()
        status.update {
          $0.isStoring = true
          $0.storeFailure = ""
        }
        try serve(opened) { pauseMilliseconds = 1000 }
      } catch {
        fail(error)
        report("store: \(error); next attempt in \(pauseMilliseconds / 1000) s")
        wait(milliseconds: pauseMilliseconds, readingLink: false)
        pauseMilliseconds = min(pauseMilliseconds * 2, 30_000)
      }
    }
    queue.setOpen(false)
    answerEveryone(.unavailable)
    link.close()
  }

  private func serve(_ opened: Opened, _ whenStored: () -> Void) throws {
    var engine = IngestEngine(site: opened.site, devices: opened.devices, store: opened.store)
    queue.setOpen(true)
    configurationsToPublish = opened.configurations.keys.sorted().reversed()
    while true {
      let isLast = queue.isStopped
      try round(&engine, opened)
      if engine.counters.commits > 0 { whenStored() }
      if isLast {
        opened.store.close()
        return
      }
      let now = monotonicMilliseconds()
      let pending = !configurationsToPublish.isEmpty && link.isSubscribed && !link.isBlocked
      wait(
        milliseconds: pending ? 0 : link.millisecondsToTick(nowMilliseconds: now),
        readingLink: true)
    }
  }

  /// One round: everything that has arrived is durable and answered when it returns.
  func round(_ engine: inout IngestEngine<Store>, _ opened: Opened) throws {
    if link.descriptor != nil && !link.isBlocked {
      let received = nowMilliseconds()
      link.read(messagesMax: IngestLimits.messagesPerBatchMax) { topic, payload, isRetained in
        engine.receive(
          topic: topic, payload: payload, isRetained: isRetained,
          receivedAtMilliseconds: received)
      }
      try engine.commit(answering: true)
      publishAnswers(&engine, opened)
      publishConfigurations(opened)
    }
    link.flush()
    try serveSubmissions(&engine)
    link.tick(nowMilliseconds: monotonicMilliseconds())
    status.update {
      $0.counters = engine.counters
      $0.quarantined = engine.quarantinedTotals
      $0.isSubscribed = link.isSubscribed
    }
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
    if link.takeFreshSession() {
      status.update { $0.brokerSessions += 1 }
      configurationsToPublish = opened.configurations.keys.sorted().reversed()
    }
    guard link.isSubscribed else { return }
    for _ in 0..<IngestLimits.configurationsPerRoundMax {
      guard let device = configurationsToPublish.popLast() else { return }
      guard let payload = opened.configurations[device] else { continue }
      link.publish(
        topic: Topic.config(site: opened.site, device: opened.devices[device].name),
        payload: payload, qualityOfService: 1, isRetained: true)
    }
  }

  private func serveSubmissions(_ engine: inout IngestEngine<Store>) throws {
    let submissions = queue.take(upTo: IngestLimits.messagesPerBatchMax)
    if submissions.isEmpty { return }
    let received = nowMilliseconds()
    var outcomes: [SubmissionOutcome] = []
    do {
      for submission in submissions {
        outcomes.append(
          try engine.submit(
            unsafe submission.payload.span.bytes, device: submission.device,
            receivedAtMilliseconds: received))
      }
      try engine.commit(answering: false)
    } catch {
      for submission in submissions { submission.continuation.resume(returning: .unavailable) }
      throw error
    }
    for (submission, outcome) in zip(submissions, outcomes) {
      submission.continuation.resume(returning: outcome)
    }
  }

  /// Nothing that was not committed is acknowledged: the broker keeps it, HTTP hears 503.
  private func fail(_ error: any Error) {
    link.drop()
    queue.setOpen(false)
    answerEveryone(.unavailable)
    status.update {
      $0.isStoring = false
      $0.isSubscribed = false
      $0.storeFailure = "\(error)"
      $0.storeFailures += 1
    }
  }

  private func answerEveryone(_ outcome: SubmissionOutcome) {
    while true {
      let submissions = queue.take(upTo: IngestLimits.submissionsWaitingMax)
      if submissions.isEmpty { return }
      for submission in submissions { submission.continuation.resume(returning: outcome) }
    }
  }

  /// Sleeps until something arrives, at most so long.
  private func wait(milliseconds: Int64, readingLink: Bool) {
    var descriptors = [pollfd(fd: queue.wakeDescriptor, events: Int16(POLLIN), revents: 0)]
    if readingLink, let descriptor = link.descriptor {
      let events = link.isBlocked ? POLLOUT : POLLIN
      descriptors.append(pollfd(fd: descriptor, events: Int16(events), revents: 0))
    }
    _ = unsafe poll(&descriptors, nfds_t(descriptors.count), Int32(max(0, min(milliseconds, 1000))))
  }
}
