import ArgumentParser
import CivilTime
import Publishing
import Registry
import Store

/// `pikapalaute board`: what managers answer on notice boards.
struct BoardCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "board", abstract: "Write 'you said, we did' on a place's notice board.",
    discussion: """
      The board of a public place is the page /board/NODE; docs/pages.md tells how to hang it up. \
      A manager who is signed in writes at /board/NODE/edit too. The service may run. An example:

        pikapalaute board set kallio --lang en 'You asked for shorter queues: we open at 7 now.'
        pikapalaute board show kallio
      """,
    subcommands: [Set.self, Show.self])

  struct Set: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Put a text on the board, or take it away.")

    @OptionGroup var options: DatabaseOptions
    @Argument(help: "A public place.")
    var node: String
    @Option(help: "The text's language: fi, sv or en.")
    var lang: String
    @Argument(help: "At most \(BoardText.charactersMax) characters; '' takes the text away.")
    var text: String

    func run() async throws {
      try await reportingFailure {
        let file = try await options.existingFile()
        guard let found = try await storedRegistry(file)?.node(node), found.isPublic else {
          throw OptionError("'\(node)' is no public place; see /public/v1/nodes")
        }
        let publications = try PublicationStore(file)
        let text = try BoardText(
          language: lang, text: text, writtenAtMilliseconds: Clocks.wallMilliseconds())
        let changes = try await publications.set([text], of: found.id, actor: Actor.name)
        try await publications.deliverAudit(to: TokenStore(file))
        print(changes == 0 ? "that stands there already" : "the board of \(node) is changed")
      }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show what stands on the board.",
      discussion: "A line each, cells between tabs: language, when it was written, text.")

    @OptionGroup var options: DatabaseOptions
    @Argument(help: "A place.")
    var node: String

    func run() async throws {
      try await reportingFailure {
        let publications = try PublicationStore(await options.existingFile())
        for text in try await publications.boardTexts(of: node) {
          let written = RFC3339.format(milliseconds: text.writtenAtMilliseconds)
          print("\(text.language)\t\(written)\t\(text.text)")
        }
      }
    }
  }
}
