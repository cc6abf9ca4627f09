import ArgumentParser
import Foundation
import Store

/// Which database a command works on; the environment and the file count here too.
struct DatabaseOptions: ParsableArguments {
  @Option(help: "SQLite file. Default: PIKAPALAUTE_DATABASE, or var/pikapalaute.sqlite.")
  var database: String?

  @Option(help: "YAML file with settings.")
  var config: String?

  /// For what may come before the database: a token, a copy that is brought back.
  func file() async throws -> DatabaseFile {
    DatabaseFile(path: try settings().database)
  }

  /// The settings of commands that read no secrets.
  func settings() throws -> Settings {
    try Settings(
      arguments: database.map { [.database: $0] } ?? [:], file: config, connecting: false)
  }

  /// The same, for commands on what is there: none of them makes a database.
  ///
  /// - Throws: `MissingFile` when it is not there.
  func existingFile() async throws -> DatabaseFile {
    let file = try await file()
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw MissingFile(
        "there is no database '\(file.path)'; name it by --database or "
          + SettingKey.database.variable)
    }
    return file
  }
}
