import ArgumentParser
import CivilTime
import Foundation
import Registry
import Store

/// `pikapalaute apply`: another registry, with a preview of what it changes.
struct ApplyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Apply a registry, also while the service runs; preview what it changes.",
    discussion: """
      While the service runs it is sent there (PUT /api/v1/registry at PIKAPALAUTE_HTTP_ADDRESS, \
      with PIKAPALAUTE_ADMIN_TOKEN); else it is applied to the database. With --preview only what \
      would change is told, the counts of every touchpoint among it, and nothing is written.

        pikapalaute apply registry.yaml --preview
        pikapalaute apply registry.yaml
        pikapalaute registry back 7       # undo it
      """)

  @OptionGroup var options: DatabaseOptions
  @Flag(help: "Tell what would change, and change nothing.")
  var preview = false
  @Argument(help: "The registry file.")
  var file: String

  func run() async throws {
    try await reportingFailure {
      let text = try readText(file)
      if preview { return try await show(text) }
      try await RegistryApplication(options: options, name: file, yaml: text).run()
    }
  }

  private func show(_ text: String) async throws {
    let database = try await options.existingFile()
    let registry: Registry
    do throws(RegistryError) {
      registry = try Registry(yaml: text, name: file)
    } catch {
      say(error.description)
      throw ExitCode(78)
    }
    let reader = try StoreReader(database)
    let before = try await reader.read { try $0.appliedSite().registry }
    let bar = PercentLine("counting again")
    let rows = try RulePreview.run(database, .registry(registry), progress: bar.show)
    bar.end()
    let lines = RegistryDifference(from: before, to: registry).lines(
      ZoneOffsets(registry.timeZone))
    for line in lines { print(line) }
    if lines.isEmpty { print("no device, place or rule would change") }
    if rows.isEmpty {
      print("no count would change")
    } else {
      for line in PreviewTable(rows: rows).lines { print(line) }
    }
    print("nothing was changed; to do it: pikapalaute apply \(file)")
  }
}
