import ArgumentParser
import Foundation
import Registry

/// A command that there is not, in one line that names the nearest; the parser itself knows only that
/// something was not expected.
struct MistypedCommand: CustomStringConvertible {
  let description: String

  /// - Parameter arguments: of the command line, without the program's name.
  /// - Returns: nil when they begin with commands that there are.
  init?(_ arguments: some Sequence<String>) {
    var command: any ParsableCommand.Type = Pikapalaute.self
    var path = "pikapalaute"
    for word in arguments {
      let known = command.configuration.subcommands
      // An option, an argument, or what a default takes.
      if word.hasPrefix("-") || known.isEmpty || word == "help" { return nil }
      if let next = known.first(where: { Self.names(of: $0).contains(word) }) {
        command = next
        path += " \(word)"
        continue
      }
      if command.configuration.defaultSubcommand != nil { return nil }
      let nearest = Spelling.nearest(to: word, among: known.flatMap(Self.names))
      description =
        "there is no command '\(path) \(word)'; "
        + (nearest.map { "did you mean '\(path) \($0)'?" } ?? "see: \(path) --help")
      return
    }
    return nil
  }

  private static func names(of command: any ParsableCommand.Type) -> [String] {
    [command._commandName] + command.configuration.aliases
  }
}
