import ArgumentParser
import Foundation
import Store

/// Which database a command works on; the environment and the file count here too.
struct DatabaseOptions: ParsableArguments {
  @Option(help: "SQLite file. Default: PIKAPALAUTE_DATABASE, or var/pikapalaute.sqlite.")
  var database: String?

  @Option(help: "YAML file with settings.")
  var config: String?

  func file() async throws -> DatabaseFile {
    let settings = try await Settings(
      arguments: database.map { ["database": $0] } ?? [:], file: config, connecting: false)
    return DatabaseFile(path: settings.database)
  }

  /// The same, for commands that only read.
  ///
  /// - Throws: `SettingError` when there is no such file.
  func existingFile() async throws -> DatabaseFile {
    let file = try await file()
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw SettingError("database", file.path, "an existing database")
    }
    return file
  }
}
