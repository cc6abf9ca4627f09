import ArgumentParser
import CivilTime
import Foundation
import Import
import Ingest
import Registry
import Store

/// `pikapalaute import`: the history of an earlier supplier.
struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Take in the history of an earlier supplier, list imports, take one back.",
    discussion: """
      The database's registry says which touchpoints there are; the service must be stopped \
      (terminals keep their presses meanwhile). First a dry run:

        pikapalaute import file button-feedbacks.csv --mapping places.csv --dry-run
      """,
    subcommands: [File.self, List.self, Withdraw.self], defaultSubcommand: File.self)

  struct File: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Import a CSV of single presses or of hours.",
      discussion: """
        Understood by their header are:
          feedbackId,localTime,experiencePointId,buttonIndex,misuse   HappyOrNot API v2
          id,time,touchpoint,button[,question,excluded]               single presses
          node,start,count_0,count_1,…[,question,end,excluded]        hours, as results are written

        Times without an offset are the site's local time; of the hour that autumn repeats the \
        first is meant, and one that spring leaves out is refused. Lines are known by their id \
        (hours by the source's place, question and hour), so a file that was imported already adds \
        nothing. Imported responses are marked as such in every result. Ends with 1 when not a \
        single line could be used.
        """)

    @OptionGroup var options: DatabaseOptions
    @Argument(help: "The CSV file, UTF-8; separated by comma, semicolon or tab.")
    var file: String
    @Option(help: "CSV with id,touchpoint[,question]: the source's places in the registry.")
    var mapping: String?
    @Option(help: "Name under which ids are remembered. Default: by the form of the file.")
    var source: String?
    @Option(
      help: """
        New CSV for the lines that are skipped, each with its number and the reason before it: \
        mend it and import it. A dry run writes it too.
        """)
    var rejected: String?
    @Flag(help: "Say what would be done and change nothing.")
    var dryRun = false
    @Flag(
      help: """
        Replace what an earlier import said of the same ids; it counts again when this one is \
        withdrawn.
        """)
    var replace = false
    @Flag(help: "Import also hours in which own devices counted at the same place.")
    var allowOverlap = false

    func run() async throws {
      try await reportingFailure {
        let database = try await options.existingFile()
        let lock = try database.lock()
        defer { withExtendedLifetime(lock) {} }
        let now = Clocks.wallMilliseconds()
        let store = try Store(database)
        defer { store.close() }
        let applied = try store.apply(registryYAML: nil, name: "", nowMilliseconds: now)
        guard let registry = applied.registry else {
          throw ImportFailure("no registry was ever applied; start the service with one first")
        }
        let rejects = try rejected.map(RejectedFile.init)
        let bytes = FileProgress(file)
        let reader = try ImportReader(
          CSVReader(nextChunk: bytes.next), registry: registry, mapping: try places(),
          nowMilliseconds: now)
        var wanted = ImportOptions(
          source: try sourceName(reader.format.sourceDefault),
          file: URL(fileURLWithPath: file).lastPathComponent, actor: Actor.name)
        wanted.isDryRun = dryRun
        wanted.isReplacing = replace
        wanted.isOverlapAllowed = allowOverlap
        let report: ImportReport
        do {
          report = try store.importHistory(
            reader, wanted, nowMilliseconds: now,
            rejecting: { try rejects?.add($0, $1) }, progress: bytes.show)
        } catch {
          rejects?.discard()
          throw error
        }
        bytes.end()
        try store.deliverAudit(to: TokenStore(database))
        let summary = ImportSummary(
          report: report, options: wanted, registry: registry, rejected: rejects)
        for line in summary.lines { print(line) }
        if let failure = summary.failure { throw failure }
      }
    }

    private func places() throws -> PlaceMapping {
      guard let mapping else { return PlaceMapping() }
      return try PlaceMapping(CSVReader(nextChunk: FileProgress(mapping).next))
    }

    private func sourceName(_ standard: String) throws -> String {
      let name = source ?? standard
      guard name.wholeMatch(of: /[a-z0-9][a-z0-9-]{0,30}/) != nil else {
        throw OptionError("--source", name, "1 to 31 of a-z, 0-9 and -")
      }
      return name
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List what was imported.")

    @OptionGroup var options: DatabaseOptions

    func run() async throws {
      try await reportingFailure {
        let imports = try await StoreReader(await options.existingFile()).read { try $0.imports() }
        if imports.isEmpty { print("nothing was imported") }
        for row in imports {
          let made = RFC3339.format(milliseconds: row.importedAtMilliseconds / 1000 * 1000)
          print("\(row.id)\t\(made)\t\(row.source)\t\(row.file)\t\(ImportSummary.state(of: row))")
        }
      }
    }
  }

  struct Withdraw: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take back what an import brought.",
      discussion: """
        What it had replaced counts again: of each line, what the newest import says that was not \
        withdrawn. The import stays in the list, with who withdrew it and when.
        """)

    @OptionGroup var options: DatabaseOptions
    @Argument(help: "Its number, as 'import list' shows it.")
    var id: Int64
    @Flag(help: "Say what would be done and change nothing.")
    var dryRun = false

    func run() async throws {
      try await reportingFailure {
        let database = try await options.existingFile()
        let lock = try database.lock()
        defer { withExtendedLifetime(lock) {} }
        let store = try Store(database)
        defer { store.close() }
        let now = Clocks.wallMilliseconds()
        _ = try store.apply(registryYAML: nil, name: "", nowMilliseconds: now)
        let report = try store.withdrawImport(
          id, isDryRun: dryRun, actor: Actor.name, nowMilliseconds: now)
        try store.deliverAudit(to: TokenStore(database))
        for line in WithdrawalSummary(id: id, report: report, isDryRun: dryRun).lines {
          print(line)
        }
      }
    }
  }
}
