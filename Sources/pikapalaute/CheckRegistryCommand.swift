import ArgumentParser
import Registry

/// `pikapalaute check-registry`: whether a registry file would be applied.
struct CheckRegistryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check-registry",
    abstract: "Check a registry file without applying it.",
    discussion: "Names the line and the reason of the first fault. Ends with 0 or 78.")

  @Argument(help: "The registry file.")
  var file: String

  func run() async throws {
    try await reportingFailure {
      let text = try readText(file)
      do throws(RegistryError) {
        let registry = try Registry(yaml: text, name: file)
        let touchpoints = registry.allNodes.filter { $0.touchpoint != nil }.count
        print(
          "\(file) is right: site \(registry.site), \(registry.allNodes.count) nodes, "
            + "\(touchpoints) touchpoints, \(registry.timelines.count) devices, "
            + "\(registry.questions.count) questions")
      } catch {
        say(error.description)
        throw ExitCode(78)
      }
    }
  }
}
