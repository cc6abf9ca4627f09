import ArgumentParser

/// `pikapalaute apply`: another registry, with a preview of what it changes.
struct ApplyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Apply a registry, also while the service runs; preview what it changes.",
    discussion: """
      While the service runs it is sent there (PUT /api/v1/registry at PIKAPALAUTE_HTTP_ADDRESS, \
      with PIKAPALAUTE_ADMIN_TOKEN or …_TOKEN_FILE); else it is applied to the database. With --preview only what \
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
      let application = RegistryApplication(
        options: options, name: file, yaml: try readText(file))
      if preview {
        try await application.preview(doing: "pikapalaute apply \(file)")
      } else {
        try await application.run()
      }
    }
  }
}
