import ArgumentParser
import Foundation
import NIOHTTP1

/// `pikapalaute session`: who is signed in with a browser. Sessions live in the service, which is asked.
struct SessionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "session",
    abstract: "List who is signed in with a browser, and end their sessions.",
    discussion: """
      Asks the service at PIKAPALAUTE_HTTP_ADDRESS with PIKAPALAUTE_ADMIN_TOKEN or …_TOKEN_FILE: \
      sessions live there, and end with it.

        pikapalaute session list
        pikapalaute session end 3f0a91c2d4e5
        pikapalaute session end --who 'person 81f2'
      """,
    subcommands: [List.self, End.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the sessions, the one seen last first.",
      discussion: "A line each, cells between tabs: number, whose, role, what it is bound to, "
        + "browser, when it began, when it was seen last.")

    @OptionGroup var options: DatabaseOptions

    func run() async throws {
      try await reportingFailure {
        let (status, body) = try await options.service().ask(.GET, "/api/v1/sessions")
        guard status == 200 else { throw refusal(status, body) }
        print("id\twho\trole\tbound to\tbrowser\tbegan\tseen")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        for session in try decoder.decode(Answer.self, from: body).sessions {
          let cells = [
            session.id, session.name, session.role,
            session.boundTo.map { "node \($0)" } ?? "the site",
            session.browser, session.beganAt, session.seenAt,
          ]
          print(cells.joined(separator: "\t"))
        }
      }
    }

    private struct Answer: Decodable {
      var sessions: [Session]
    }

    /// As the service writes it.
    private struct Session: Decodable {
      var id: String
      var name: String
      var role: String
      var boundTo: String?
      var browser: String
      var beganAt: String
      var seenAt: String
    }
  }

  struct End: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "End a session, or all of somebody, at once.")

    @OptionGroup var options: DatabaseOptions
    @Option(help: "Whose to end: 'token 7', 'person 81f2', 'administrator'.")
    var who: String?
    @Argument(help: "Its number, as 'session list' shows it.")
    var id: String?

    func validate() throws {
      if (who == nil) == (id == nil) {
        throw ValidationError("give the number of a session, or --who")
      }
    }

    func run() async throws {
      try await reportingFailure {
        let asked = escaped(id ?? who ?? "")
        let path = id == nil ? "/api/v1/sessions?who=\(asked)" : "/api/v1/sessions/\(asked)"
        let (status, body) = try await options.service().ask(.DELETE, path)
        switch status {
        case 204: print("1 session ended")
        case 200:
          let ended = try JSONDecoder().decode(Answer.self, from: body).ended
          if ended == 0 {
            throw OptionError("'\(who ?? "")' has no session; see: pikapalaute session list")
          }
          print("\(ended) session\(ended == 1 ? "" : "s") ended")
        case 404: throw OptionError("there is no such session; see: pikapalaute session list")
        default: throw refusal(status, body)
        }
      }
    }

    private struct Answer: Decodable {
      var ended: Int
    }

    private func escaped(_ text: String) -> String {
      text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
  }
}

extension DatabaseOptions {
  /// The service of these settings.
  fileprivate func service() throws -> ServiceClient {
    let settings = try Settings(
      arguments: database.map { [.database: $0] } ?? [:], file: config, connecting: false,
      asking: true)
    guard let token = settings.adminToken else {
      throw OptionError(
        "to ask the service, give PIKAPALAUTE_ADMIN_TOKEN or PIKAPALAUTE_ADMIN_TOKEN_FILE")
    }
    return ServiceClient(
      host: settings.host, port: settings.port, certificateFile: settings.certificateFile,
      token: token)
  }
}

private func refusal(_ status: Int, _ body: Data) -> OptionError {
  struct Refusal: Decodable {
    var detail: String
  }
  let detail = (try? JSONDecoder().decode(Refusal.self, from: body))?.detail
  return OptionError("the service refuses it (\(status)): \(detail ?? "it does not say why")")
}
