import CivilTime
import GRDB
public import Import
public import Registry

/// An import or its withdrawal, from the first line to the last hour: it looks on a connection of its
/// own, and writes in slices, so that whoever else writes waits for one of them at most.
///
///     read and check ─▶ write the lines ─▶ decide ─▶ count hour after hour
///     nothing is written   none counts        │        each stretch shows at once
///                                             └── cut off before: nothing was; after: somebody goes on
public struct ImportRun {
  /// What it does now.
  public enum Phase: String, Sendable {
    case reading, writing, counting
  }

  private let file: DatabaseFile
  private let slices: any StoreSlices
  private let actor: String
  private let nowMilliseconds: @Sendable () -> Int64
  private let progress: (Phase, _ lines: Int) throws -> Void
  /// Lines of a slice; fewer in tests.
  var linesMax = Store.importLinesMax

  /// - Parameters:
  ///   - actor: for the audit log.
  ///   - nowMilliseconds: the wall clock, UTC since 1970.
  ///   - progress: called every thousand lines or so with how many the phase has done; what it throws
  ///     cuts the import off.
  public init(
    _ file: DatabaseFile, slices: any StoreSlices, actor: String,
    nowMilliseconds: @escaping @Sendable () -> Int64,
    progress: @escaping (Phase, _ lines: Int) throws -> Void = { _, _ in }
  ) {
    self.file = file
    self.slices = slices
    self.actor = actor
    self.nowMilliseconds = nowMilliseconds
    self.progress = progress
  }

  /// Brings what was cut off to its end: a staged import is taken out, one that counts is counted.
  ///
  /// - Returns: what was done, a line each.
  public func settle() throws -> [String] {
    var told: [String] = []
    while let cut = try slices.perform({ try $0.undecidedImport() }) {
      if cut.state == .staged {
        try remove(cut)
        told.append("import \(cut.id) was cut off before it counted, and is gone")
      } else {
        try countAll()
        told.append("import \(cut.id) was cut off while it was counted, and is counted now")
      }
    }
    return told
  }

  /// Takes in a file.
  ///
  /// - Parameters:
  ///   - version: of the registry, which the reader knows places by.
  ///   - rejecting: called for every line that is passed over, which is the reader's last.
  ///   - made: told of devices that stand for places from now on.
  public func add(
    _ reader: consuming ImportReader, _ options: ImportOptions, registry: Registry,
    version: Int64, rejecting: (ImportReader, Skip) throws -> Void = { _, _ in },
    made: ([StoredDevice]) -> Void = { _ in }
  ) throws -> ImportReport {
    var reader = reader
    _ = try settle()
    return try file.readOnly { db in
      let check = try ImportCheck(db, options, registry: registry)
      while try check.readOn(&reader, rejecting: rejecting) {
        try progress(.reading, check.report.lines)
      }
      try check.finish()
      var report = check.report
      if options.isDryRun { return report }
      try adopt(check, options.source)
      if check.isEmpty { return report }
      let places = check.places
      let begun = try slices.perform { [nowMilliseconds] store in
        try store.beginImport(
          options, places: places, version: version, nowMilliseconds: nowMilliseconds())
      }
      report.id = begun.id
      made(begun.made)
      do {
        try write(check, begun.id, options, devices: begun.devices)
      } catch let error where !(error is SlicesClosed) {
        // Where that cannot be done now, whoever opens the file next does.
        _ = try? settle()
        throw error
      }
      try countAll()
      return report
    }
  }

  /// Takes back what an import brought.
  public func withdraw(_ id: Int64, isDryRun: Bool = false) throws -> WithdrawalReport {
    _ = try settle()
    let check = try file.readOnly { try WithdrawalCheck($0, id) }
    if isDryRun { return check.report }
    try slices.perform { [actor, nowMilliseconds] store in
      try store.withdraw(
        id, check.hours, check.report, actor: actor, nowMilliseconds: nowMilliseconds())
    }
    try countAll()
    return check.report
  }

  private func adopt(_ check: ImportCheck, _ source: String) throws {
    var key = ""
    while check.isAdopting {
      let next = try check.adoptions(after: key, count: linesMax)
      guard let last = next.last else { return }
      try slices.perform { try $0.adopt(next, source: source) }
      key = last.key
    }
  }

  private func write(
    _ check: ImportCheck, _ id: Int64, _ options: ImportOptions, devices: [Int]
  ) throws {
    var (key, written) = ("", 0)
    while true {
      let lines = try check.lines(after: key, count: linesMax)
      guard let last = lines.last else { break }
      try slices.perform {
        try $0.stage(lines, of: id, source: options.source, devices: devices)
      }
      key = last.key
      written += lines.count
      try progress(.writing, written)
    }
    let hours = check.hours(devices: devices)
    let audited =
      "\(check.report.added) lines added, "
      + "\(options.isReplacing ? check.report.changed : 0) replaced"
    try slices.perform { [nowMilliseconds] store in
      try store.count(
        id, hours, options, audited: audited, nowMilliseconds: nowMilliseconds())
    }
  }

  private func countAll() throws {
    var counted = 0
    while try slices.perform({ [linesMax, nowMilliseconds] store in
      try store.countImportedHours(linesMax: linesMax, nowMilliseconds: nowMilliseconds())
    }) {
      counted += linesMax
      try progress(.counting, counted)
    }
  }

  private func remove(_ staged: Store.Undecided) throws {
    var key: String? = ""
    while let after = key {
      key = try slices.perform { [actor, linesMax, nowMilliseconds] store in
        try store.removeStaged(
          staged, after: after, linesMax: linesMax, actor: actor,
          nowMilliseconds: nowMilliseconds())
      }
    }
  }
}
