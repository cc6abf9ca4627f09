import ArgumentParser
import Store

/// Which database a command works on; the environment and the file count here too.
struct DatabaseOptions: ParsableArguments {
  @Option(help: "SQLite file. Default: PIKAPALAUTE_DATABASE, or var/pikapalaute.sqlite.")
  var database: String?

  @Option(help: "YAML file with settings.")
  var config: String?

  func file() async throws -> DatabaseFile {
    let settings = try await Settings(
      arguments: database.map { ["database": $0] } ?? [:], file: config)
    return DatabaseFile(path: settings.database)
  }
}
