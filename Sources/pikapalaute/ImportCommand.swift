import ArgumentParser
import CivilTime
import Foundation
import Import
import Ingest
import NIOHTTP1
import Registry
import Store

/// `pikapalaute import`: the history of an earlier supplier.
struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Take in the history of an earlier supplier, list imports, take one back.",
    discussion: """
      The database's registry says which touchpoints there are. While the service runs it is sent \
      there (POST /api/v1/imports at PIKAPALAUTE_HTTP_ADDRESS, with PIKAPALAUTE_ADMIN_TOKEN or \
      …_TOKEN_FILE), and counted while presses come; else it is done in the database. First a dry run:

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
        let rejects = try rejected.map(RejectedFile.init)
        let summary: ImportSummary
        do {
          do {
            let lock = try database.lock()
            defer { withExtendedLifetime(lock) {} }
            summary = try imported(into: database, rejects)
          } catch StoreError.inUse {
            summary = try await sent(beside: database, rejects)
          }
        } catch {
          rejects?.discard()
          throw error
        }
        for line in summary.lines { print(line) }
        if let failure = summary.failure { throw failure }
      }
    }

    private func imported(
      into database: DatabaseFile, _ rejects: RejectedFile?
    ) throws -> ImportSummary {
      let now = Clocks.wallMilliseconds()
      let store = try Store(database)
      defer { store.close() }
      let applied = try store.apply(registryYAML: nil, name: "", nowMilliseconds: now)
      for line in try store.settleImports(actor: Actor.name, nowMilliseconds: now) { say(line) }
      let bytes = FileProgress(file)
      let (reader, wanted, registry) = try reader(bytes, applied.registry)
      let report = try store.importHistory(
        reader, wanted, nowMilliseconds: now,
        rejecting: { try rejects?.add($0, $1) }, progress: bytes.show)
      bytes.end()
      try store.deliverAudit(to: TokenStore(database))
      return ImportSummary(
        report: report, options: wanted, registry: registry, rejected: rejects)
    }

    private func sent(
      beside database: DatabaseFile, _ rejects: RejectedFile?
    ) async throws -> ImportSummary {
      let request = ImportRequest(client: try options.client())
      let held = try await StoreReader(database).read { try $0.registryYAML() }
      var (reader, wanted, registry) = try reader(
        FileProgress(file), try held.map { try Registry(yaml: $0, name: "stored registry") })
      // What the service passes over follows from the registry and the file alone.
      while let rejects, let line = try reader.next() {
        if case .failure(let skip) = line { try rejects.add(reader, skip) }
      }
      let bytes = FileProgress(file)
      let places = mapping.map(FileProgress.init)
      let answer = try await request.send(
        .POST, ImportRequest.path,
        [
          "source": wanted.source, "name": wanted.file, "mapping_bytes": "\(places?.size ?? 0)",
          "dry_run": "\(dryRun)", "replace": "\(replace)", "allow_overlap": "\(allowOverlap)",
        ],
        ServiceClient.Body(byteCount: (places?.size ?? 0) + bytes.size) {
          let chunk = try places?.next() ?? []
          return chunk.isEmpty ? try bytes.next() : chunk
        }, progress: bytes.show)
      bytes.end()
      guard let report = answer.report else {
        throw ImportFailure(
          "the service does not say what came of it; see: pikapalaute import list")
      }
      return ImportSummary(
        report: report, options: wanted, registry: registry, rejected: rejects)
    }

    /// The file, as far as its header, and how it is to be imported.
    private func reader(
      _ bytes: FileProgress, _ registry: Registry?
    ) throws -> (ImportReader, ImportOptions, Registry) {
      guard let registry else {
        throw ImportFailure("no registry was ever applied; start the service with one first")
      }
      let reader = try ImportReader(
        CSVReader(nextChunk: bytes.next), registry: registry, mapping: try places(),
        nowMilliseconds: Clocks.wallMilliseconds())
      var wanted = ImportOptions(
        source: try sourceName(reader.format.sourceDefault),
        file: URL(fileURLWithPath: file).lastPathComponent, actor: Actor.name)
      wanted.isDryRun = dryRun
      wanted.isReplacing = replace
      wanted.isOverlapAllowed = allowOverlap
      return (reader, wanted, registry)
    }

    private func places() throws -> PlaceMapping {
      guard let mapping else { return PlaceMapping() }
      return try PlaceMapping(CSVReader(nextChunk: FileProgress(mapping).next))
    }

    private func sourceName(_ standard: String) throws -> String {
      let name = source ?? standard
      guard ImportOptions.isSource(name) else {
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
        let report: WithdrawalReport
        do {
          let lock = try database.lock()
          defer { withExtendedLifetime(lock) {} }
          report = try withdrawn(from: database)
        } catch StoreError.inUse {
          let request = ImportRequest(client: try options.client())
          let answer = try await request.send(
            .DELETE, "\(ImportRequest.path)/\(id)", ["dry_run": "\(dryRun)"])
          guard let told = answer.withdrawal else {
            throw ImportFailure(
              "the service does not say what came of it; see: pikapalaute import list")
          }
          report = told
        }
        for line in WithdrawalSummary(id: id, report: report, isDryRun: dryRun).lines {
          print(line)
        }
      }
    }

    private func withdrawn(from database: DatabaseFile) throws -> WithdrawalReport {
      let store = try Store(database)
      defer { store.close() }
      let now = Clocks.wallMilliseconds()
      _ = try store.apply(registryYAML: nil, name: "", nowMilliseconds: now)
      for line in try store.settleImports(actor: Actor.name, nowMilliseconds: now) { say(line) }
      let report = try store.withdrawImport(
        id, isDryRun: dryRun, actor: Actor.name, nowMilliseconds: now)
      try store.deliverAudit(to: TokenStore(database))
      return report
    }
  }
}
