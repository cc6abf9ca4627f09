import ArgumentParser
import Foundation
import Ingest
import Store

/// `pikapalaute token`: who may read, and which devices may post over HTTP.
struct TokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Make, list and withdraw bearer tokens.",
    subcommands: [Add.self, List.self, Remove.self])

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a token and print it once; only its hash is kept.")

    @OptionGroup var options: DatabaseOptions
    @Option(help: "The device that may post its presses with the token. Without it: a reader's.")
    var device: String?
    @Option(help: "Whom or what the token is for.")
    var note = ""

    func run() async throws {
      try await reportingFailure {
        let token = Token.make()
        try TokenStore(await options.file()).add(
          token, role: device == nil ? .reader : .device, device: device, note: note,
          nowMilliseconds: Clocks.wallMilliseconds())
        print(token)
      }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the tokens, without the tokens themselves.")

    @OptionGroup var options: DatabaseOptions

    func run() async throws {
      try await reportingFailure {
        for token in try TokenStore(await options.file()).list() {
          let made = RFC3339.format(milliseconds: token.createdAtMilliseconds)
          let who = token.device.map { "device \($0)" } ?? token.role.rawValue
          print("\(token.id)\t\(who)\t\(made)\t\(token.note)")
        }
      }
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Withdraw a token, at once.")

    @OptionGroup var options: DatabaseOptions
    @Argument(help: "Its number, as 'token list' shows it.")
    var id: Int64

    func run() async throws {
      try await reportingFailure {
        guard try TokenStore(await options.file()).remove(id: id) else {
          say("there is no token \(id); see: pikapalaute token list")
          throw ExitCode(1)
        }
      }
    }
  }
}
