import ArgumentParser
import CivilTime
import Foundation
import Store

/// `pikapalaute registry`: the registries that were applied.
struct RegistryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "registry",
    abstract: "List the registries that were applied, show one, go back to one.",
    subcommands: [ListCommand.self, ShowCommand.self, BackCommand.self])

  /// Every version, the newest first.
  struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "List the versions: number, when, who, and what changed with it.",
      discussion: "Reads only, also while the service runs. The first line is what holds.")

    @OptionGroup var options: DatabaseOptions

    func run() async throws {
      try await reportingFailure {
        let reader = try StoreReader(await options.existingFile())
        let versions = try await reader.read { try $0.registryVersions() }
        if versions.isEmpty { print("no registry was ever applied") }
        for version in versions {
          let time = RFC3339.format(milliseconds: version.appliedAtMilliseconds / 1000 * 1000)
          print(
            "\(version.number)\t\(time)\t\(version.appliedBy ?? "not kept")\t"
              + (version.changes ?? "not kept"))
        }
      }
    }
  }

  /// The text of a version.
  struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Print the YAML of a version as it was applied.",
      discussion: "Reads only, also while the service runs.")

    @OptionGroup var options: DatabaseOptions
    @Argument(help: "Its number, as 'pikapalaute registry list' says it.")
    var number: Int64

    func run() async throws {
      try await reportingFailure {
        let text = try await Self.text(of: number, in: options.existingFile())
        FileHandle.standardOutput.write(Data(text.utf8))
      }
    }

    /// - Throws: `OptionError` when there is no such version.
    static func text(of number: Int64, in file: DatabaseFile) async throws -> String {
      let reader = try StoreReader(file)
      guard let text = try await reader.read({ try $0.registryYAML(version: number) }) else {
        throw OptionError(
          "there is no version \(number) of the registry; see: pikapalaute registry list")
      }
      return text
    }
  }

  /// An earlier version again.
  struct BackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "back", abstract: "Apply an earlier version again, as a new one.",
      discussion: """
        Also while the service runs, as 'pikapalaute apply' does. The service's own file stays as \
        it is, and counts again as soon as it says something else or is read again by SIGHUP.
        """)

    @OptionGroup var options: DatabaseOptions
    @Argument(help: "Its number, as 'pikapalaute registry list' says it.")
    var number: Int64

    func run() async throws {
      try await reportingFailure {
        let text = try await ShowCommand.text(of: number, in: options.existingFile())
        try await RegistryApplication(
          options: options, name: "version \(number)", yaml: text
        ).run()
      }
    }
  }
}
