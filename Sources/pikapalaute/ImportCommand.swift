import ArgumentParser
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

        Times without an offset are the site's local time. Lines are known by their id (hours by \
        place and hour), so a file that was imported already adds nothing. Imported responses are \
        marked as such in every result.
        """)

    @OptionGroup var options: DatabaseOptions
    @Argument(help: "The CSV file, UTF-8; separated by comma, semicolon or tab.")
    var file: String
    @Option(help: "CSV with id,touchpoint[,question]: the source's places in the registry.")
    var mapping: String?
    @Option(help: "Name under which ids are remembered. Default: by the form of the file.")
    var source: String?
    @Flag(help: "Say what would be done and change nothing.")
    var dryRun = false
    @Flag(help: "Replace what an earlier import said of the same ids.")
    var replace = false
    @Flag(help: "Import also hours in which own devices counted at the same place.")
    var allowOverlap = false

    func run() async throws {
      try await reportingFailure {
        let database = try await options.file()
        guard FileManager.default.fileExists(atPath: database.path) else {
          throw SettingError("database", database.path, "an existing database")
        }
        let lock = try database.lock()
        defer { withExtendedLifetime(lock) {} }
        let now = Clocks.wallMilliseconds()
        let store = try Store(database)
        defer { store.close() }
        let applied = try store.apply(registryYAML: nil, name: "", nowMilliseconds: now)
        guard let registry = applied.registry else {
          throw ImportFailure("no registry was ever applied; start the service with one first")
        }
        let bytes = FileProgress(file)
        let reader = try ImportReader(
          CSVReader(nextChunk: bytes.next), registry: registry, mapping: try places(),
          nowMilliseconds: now)
        var wanted = ImportOptions(
          source: try sourceName(reader.format.sourceDefault),
          file: URL(fileURLWithPath: file).lastPathComponent)
        wanted.isDryRun = dryRun
        wanted.isReplacing = replace
        wanted.isOverlapAllowed = allowOverlap
        let report = try store.importHistory(reader, wanted, nowMilliseconds: now) { lines in
          bytes.show(lines: lines)
        }
        bytes.end()
        for line in ImportSummary(report: report, options: wanted, registry: registry).lines {
          print(line)
        }
      }
    }

    private func places() throws -> PlaceMapping {
      guard let mapping else { return PlaceMapping() }
      return try PlaceMapping(CSVReader(nextChunk: FileProgress(mapping).next))
    }

    private func sourceName(_ standard: String) throws -> String {
      let name = source ?? standard
      guard name.wholeMatch(of: /[a-z0-9][a-z0-9-]{0,30}/) != nil else {
        throw SettingError("source", name, "1 to 31 of a-z, 0-9 and -")
      }
      return name
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List what was imported.")

    @OptionGroup var options: DatabaseOptions

    func run() async throws {
      try await reportingFailure {
        let imports = try await StoreReader(await options.file()).read { try $0.imports() }
        if imports.isEmpty { print("nothing was imported") }
        for row in imports {
          let made = RFC3339.format(milliseconds: row.importedAtMilliseconds / 1000 * 1000)
          print(
            "\(row.id)\t\(made)\t\(row.source)\t\(row.file)\t\(row.rows) lines, "
              + "\(row.responses) responses")
        }
      }
    }
  }

  struct Withdraw: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Take back what an import brought.")

    @OptionGroup var options: DatabaseOptions
    @Argument(help: "Its number, as 'import list' shows it.")
    var id: Int64

    func run() async throws {
      try await reportingFailure {
        let database = try await options.file()
        let lock = try database.lock()
        defer { withExtendedLifetime(lock) {} }
        let store = try Store(database)
        defer { store.close() }
        _ = try store.apply(
          registryYAML: nil, name: "", nowMilliseconds: Clocks.wallMilliseconds())
        guard let rows = try store.withdrawImport(id) else {
          say("there is no import \(id); see: pikapalaute import list")
          throw ExitCode(1)
        }
        print("taken back: \(rows) lines")
      }
    }
  }
}

/// A file read in pieces, with a bar on the terminal while it takes long.
private final class FileProgress {
  private let handle: FileHandle?
  private let path: String
  private let size: Int
  private var bytesRead = 0
  private let isTerminal = isatty(STDERR_FILENO) != 0
  private var shown = -1

  init(_ path: String) {
    self.path = path
    handle = FileHandle(forReadingAtPath: path)
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    size = attributes?[.size] as? Int ?? 0
  }

  func next() throws -> [UInt8] {
    guard let handle else { throw SettingError("file", path, "a file that can be read") }
    let chunk = try handle.read(upToCount: 1 << 16) ?? Data()
    bytesRead += chunk.count
    return Array(chunk)
  }

  func show(lines: Int) {
    let percent = size == 0 ? 0 : min(100, bytesRead * 100 / size)
    guard isTerminal, percent != shown else { return }
    shown = percent
    let bar = String(repeating: "█", count: percent / 4).padding(
      toLength: 25, withPad: "░", startingAt: 0)
    FileHandle.standardError.write(Data("\r\(bar) \(percent) %  \(lines) lines".utf8))
  }

  func end() {
    if shown >= 0 { FileHandle.standardError.write(Data("\n".utf8)) }
  }
}
