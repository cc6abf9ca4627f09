import Foundation
import Import
import Registry
import Synchronization

/// The imports and withdrawals of a running service, one at a time, on a thread of its own.
public final class ImportWorker: Sendable {
  /// What it asks of the service around it.
  public struct Surroundings: Sendable {
    /// The site that is served; nil when no registry was ever applied.
    public var site: @Sendable () -> AppliedSite?
    /// Devices stand for places from now on.
    public var made: @Sendable ([StoredDevice]) -> Void
    /// Lines for the audit log wait.
    public var audited: @Sendable (Store) -> Void
    /// Takes a line for people.
    public var told: @Sendable (String) -> Void
    /// UTC since 1970.
    public var nowMilliseconds: @Sendable () -> Int64

    public init(
      site: @escaping @Sendable () -> AppliedSite?,
      made: @escaping @Sendable ([StoredDevice]) -> Void,
      audited: @escaping @Sendable (Store) -> Void, told: @escaping @Sendable (String) -> Void,
      nowMilliseconds: @escaping @Sendable () -> Int64
    ) {
      self.site = site
      self.made = made
      self.audited = audited
      self.told = told
      self.nowMilliseconds = nowMilliseconds
    }
  }

  /// The turn of one job; goes back with the last reference when nothing was begun.
  public final class Turn: Sendable {
    private let worker: ImportWorker
    private let isBegun = Atomic(false)

    fileprivate init(_ worker: ImportWorker) {
      self.worker = worker
    }

    deinit {
      if !isBegun.load(ordering: .relaxed) { worker.giveUp() }
    }

    /// Hands over what is to be done.
    ///
    /// - Returns: the job as it stands now.
    public func begin(_ work: ImportJob.Work) -> ImportJob? {
      isBegun.store(true, ordering: .relaxed)
      return worker.begin(work)
    }
  }

  private struct State {
    /// Somebody has the turn, or what was cut off is brought to its end.
    var isTaken = true
    var isStopped = false
    var next: ImportJob.Work?
    var latest: ImportJob?
    var count = 0
  }

  private let state = Mutex(State())
  private let wake = DispatchSemaphore(value: 0)
  private let file: DatabaseFile
  private let slices: any StoreSlices
  private let around: Surroundings

  public init(_ file: DatabaseFile, slices: any StoreSlices, _ around: Surroundings) {
    self.file = file
    self.slices = slices
    self.around = around
  }

  /// The job at hand, or the last one; nil before the first.
  public var latest: ImportJob? { state.withLock { $0.latest } }

  /// Takes the turn; nil while another has it.
  ///
  /// - Parameter name: of the file, or of what is withdrawn.
  public func turn(_ name: String, isDryRun: Bool) -> Turn? {
    let isMine = state.withLock { state in
      if state.isTaken || state.isStopped { return false }
      state.isTaken = true
      state.count += 1
      state.latest = ImportJob(number: state.count, name: name, isDryRun: isDryRun)
      return true
    }
    return isMine ? Turn(self) : nil
  }

  private func giveUp() {
    state.withLock { state in
      state.isTaken = false
      state.latest?.state = .refused
      state.latest?.detail = "the file did not come whole; nothing was changed"
    }
  }

  private func begin(_ work: ImportJob.Work) -> ImportJob? {
    let job = state.withLock { state in
      state.latest?.state = .reading
      state.next = work
      return state.latest
    }
    wake.signal()
    return job
  }

  /// Brings to its end what an earlier process was cut off at, then does what it is asked for, until it
  /// is stopped.
  public func run() {
    settle()
    while true {
      wake.wait()
      let (work, isStopped) = state.withLock { state in
        defer { state.next = nil }
        return (state.next, state.isStopped)
      }
      if isStopped { return }
      guard let work else { continue }
      if perform(work) {
        deliverAudit()
        settle()
      }
    }
  }

  /// Ends `run`; what is at hand goes on with the next start.
  public func stop() {
    state.withLock { $0.isStopped = true }
    wake.signal()
  }

  /// - Returns: whether something may be left undecided.
  private func perform(_ work: ImportJob.Work) -> Bool {
    do {
      switch work {
      case .file(let options, let open):
        let report = try take(options, open)
        state.withLock { $0.latest?.report = report }
        end(.done)
      case .withdrawal(let id, let isDryRun, let actor):
        let report = try run(actor: actor).withdraw(id, isDryRun: isDryRun)
        state.withLock { $0.latest?.withdrawal = report }
        end(.done)
      }
      return false
    } catch let error where error is ImportFailure || error is CSVReader.Failure {
      end(.refused, "\(error)")
      return false
    } catch {
      end(.failed, "\(error); what it had begun to count is counted to the end later")
      return true
    }
  }

  private func take(
    _ options: ImportOptions, _ open: (Registry, Int64) throws -> ImportReader
  ) throws -> ImportReport {
    guard let site = around.site(), let registry = site.registry else {
      throw ImportFailure("no registry was ever applied; apply one first")
    }
    var options = options
    let reader = try open(registry, around.nowMilliseconds())
    if options.source.isEmpty { options.source = reader.format.sourceDefault }
    return try run(actor: options.actor).add(
      reader, options, registry: registry, version: site.revision, made: around.made)
  }

  private func run(actor: String) -> ImportRun {
    ImportRun(
      file, slices: slices, actor: actor, nowMilliseconds: around.nowMilliseconds
    ) { phase, lines in
      try self.state.withLock { state in
        if state.isStopped { throw SlicesClosed() }
        state.latest?.state =
          switch phase {
          case .reading: .reading
          case .writing: .writing
          case .counting: .counting
          }
        state.latest?.lines = lines
      }
    }
  }

  /// Says what became of it; who sees that may ask for the next, unless something is left undecided.
  private func end(_ ending: ImportJob.State, _ detail: String = "") {
    let hasFailed = ending == .failed
    if !hasFailed { deliverAudit() }
    state.withLock { state in
      state.latest?.state = ending
      state.latest?.detail = detail
      if !hasFailed { state.isTaken = false }
    }
  }

  private func deliverAudit() {
    try? slices.perform { [audited = around.audited] in audited($0) }
  }

  private func settle() {
    while !state.withLock({ $0.isStopped }) {
      do {
        let told = try ImportRun(
          file, slices: slices, actor: "service", nowMilliseconds: around.nowMilliseconds
        ).settle()
        for line in told { around.told(line) }
        if !told.isEmpty { try slices.perform { [audited = around.audited] in audited($0) } }
        state.withLock { $0.isTaken = false }
        return
      } catch is SlicesClosed {
        return
      } catch {
        // The store is opened again before the next slice.
        around.told("imports: \(error)")
      }
    }
  }
}
