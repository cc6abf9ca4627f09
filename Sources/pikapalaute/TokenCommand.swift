import ArgumentParser
import CivilTime
import Foundation
import Ingest
import Registry
import Store

/// `pikapalaute token`: who may read, and which devices may post over HTTP.
struct TokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Make, list, expire and withdraw bearer tokens.",
    discussion: "Every change stands in the audit log: pikapalaute audit.",
    subcommands: [Add.self, List.self, Expire.self, Remove.self])

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a token and print it once; only its hash is kept.",
      discussion: """
        Roles: reader (results, places, devices, a year's files), analyst (also single presses), \
        manager (also publications and annotations), administrator (everything). With --node a token sees that \
        node and all below it; without, the whole site. An example:
          pikapalaute token make --role analyst --node kallio --expires 2027-01-01 --note "Kallio"
        """,
      aliases: ["make"])

    @OptionGroup var options: DatabaseOptions
    @Option(help: "reader, analyst, manager or administrator. Default: reader.")
    var role: String?
    @Option(help: "The node, with all below it, that the token sees. Default: everything.")
    var node: String?
    @Option(help: "The device that may post its presses with the token, and no more.")
    var device: String?
    @Option(help: "Whom or what the token is for.")
    var note = ""
    @OptionGroup var expiry: ExpiryOptions

    func run() async throws {
      try await reportingFailure {
        guard note.rangeOfCharacter(from: .controlCharacters.union(.newlines)) == nil else {
          throw OptionError("--note is one line, without control characters")
        }
        let file = try await options.file()
        let registry = try await storedRegistry(file)
        let now = Clocks.wallMilliseconds()
        let grant = TokenGrant(
          role: try checkedRole(), device: try checkedDevice(registry),
          node: try checkedNode(registry), note: note,
          expiresAtMilliseconds: try expiry.milliseconds(registry, now: now))
        let token = Token.make()
        try TokenStore(file).add(token, grant, actor: Actor.name, nowMilliseconds: now)
        print(token)
      }
    }

    private func checkedRole() throws -> TokenRole {
      if device != nil {
        guard role == nil || role == TokenRole.device.rawValue, node == nil else {
          throw OptionError("--device goes with neither --role nor --node")
        }
        return .device
      }
      guard let role else { return .reader }
      guard let known = TokenRole(rawValue: role), known != .device else {
        throw OptionError(
          "--role '\(role)' is wrong; allowed: reader, analyst, manager, administrator; "
            + "for a device's token give --device")
      }
      if known == .administrator && node != nil {
        throw OptionError(
          "--node does not go with an administrator's token, which may do everything; "
            + "take the role manager")
      }
      return known
    }

    /// As with nodes.
    private func checkedDevice(_ registry: Registry?) throws -> String? {
      if let device, let refusal = registry?.refusal(ofDevice: device) {
        throw OptionError("--device: \(refusal)")
      }
      return device
    }

    /// Before the first registry any id is taken: then nobody can see anything with it yet.
    private func checkedNode(_ registry: Registry?) throws -> String? {
      guard let node, let registry else { return node }
      guard registry.node(node) != nil && node != Registry.unassigned else {
        throw OptionError("--node '\(node)' is not in the registry; see /api/v1/nodes")
      }
      return node
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the tokens, without the tokens themselves.",
      discussion: "A line each, cells between tabs: number, role, what it is bound to, when it was "
        + "made, when it expires or 'never', note.")

    @OptionGroup var options: DatabaseOptions

    func run() async throws {
      try await reportingFailure {
        let now = Clocks.wallMilliseconds()
        let tokens = try TokenStore(await options.existingFile()).list()
        print("id\trole\tbound to\tmade\texpires\tnote")
        for token in tokens {
          let made = RFC3339.format(milliseconds: token.createdAtMilliseconds)
          let bound =
            token.device.map { "device \($0)" } ?? token.node.map { "node \($0)" } ?? "the site"
          var expires = "never"
          if let expiry = token.expiresAtMilliseconds {
            expires = RFC3339.format(milliseconds: expiry) + (expiry <= now ? " (expired)" : "")
          }
          print(
            "\(token.id)\t\(token.role.rawValue)\t\(bound)\t\(made)\t\(expires)\t\(token.note)")
        }
      }
    }
  }

  struct Expire: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Set when a token expires; without a time, now.")

    @OptionGroup var options: DatabaseOptions
    @Argument(help: "Its number, as 'token list' shows it.")
    var id: Int64
    @Option(help: "A date (local midnight) or an RFC 3339 time. Default: now.")
    var at: String?
    @Flag(help: "Take the expiry away.")
    var never = false

    func run() async throws {
      try await reportingFailure {
        if at != nil && never { throw OptionError("--at and --never exclude each other") }
        let file = try await options.existingFile()
        let now = Clocks.wallMilliseconds()
        var expiry = now
        if let at { expiry = try ExpiryOptions.parse(at, "--at", try await storedRegistry(file)) }
        try requireToken(
          id,
          isThere: try TokenStore(file).expire(
            id: id, atMilliseconds: never ? nil : expiry, actor: Actor.name,
            nowMilliseconds: now))
      }
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Withdraw a token, at once.", aliases: ["withdraw"])

    @OptionGroup var options: DatabaseOptions
    @Argument(help: "Its number, as 'token list' shows it.")
    var id: Int64

    func run() async throws {
      try await reportingFailure {
        try requireToken(
          id,
          isThere: try TokenStore(await options.existingFile()).remove(
            id: id, actor: Actor.name, nowMilliseconds: Clocks.wallMilliseconds()))
      }
    }
  }
}

private func requireToken(_ id: Int64, isThere: Bool) throws {
  if !isThere { throw OptionError("there is no token \(id); see: pikapalaute token list") }
}

/// When a token shall expire.
struct ExpiryOptions: ParsableArguments {
  static let daysMax = 36_500

  @Option(help: "When it expires: a date (local midnight) or an RFC 3339 time.")
  var expires: String?
  @Option(help: "In how many days it expires.")
  var days: Int?

  /// - Throws: `OptionError` for a time that is none, or is over.
  func milliseconds(_ registry: Registry?, now: Int64) throws -> Int64? {
    if let days {
      guard expires == nil, (1...Self.daysMax).contains(days) else {
        throw OptionError("--days is 1 to \(Self.daysMax), and not given beside --expires")
      }
      return now + Int64(days) * 86_400_000
    }
    guard let expires else { return nil }
    let milliseconds = try Self.parse(expires, "--expires", registry)
    if milliseconds <= now { throw OptionError("--expires '\(expires)' is over already") }
    return milliseconds
  }

  static func parse(_ text: String, _ option: String, _ registry: Registry?) throws -> Int64 {
    if let date = CivilDate(parsing: text) {
      guard let registry else {
        throw OptionError(
          "\(option) '\(text)': no registry was applied yet, so the site's midnight is not known; "
            + "give an RFC 3339 time such as \(text)T00:00:00+02:00")
      }
      let start = ZoneOffsets(registry.timeZone).startOfDay(date.daysSince1970)
      return UTC.milliseconds(ofHour: start)
    }
    guard let milliseconds = RFC3339.milliseconds(parsing: text) else {
      throw OptionError(
        "\(option) '\(text)' is wrong; allowed: YYYY-MM-DD, or an RFC 3339 time up to 2106")
    }
    return milliseconds
  }
}

/// The registry that the database holds; nil when there is no database yet, or none was applied.
func storedRegistry(_ file: DatabaseFile) async throws -> Registry? {
  guard FileManager.default.fileExists(atPath: file.path) else { return nil }
  let yaml = try await StoreReader(file).read { try $0.registryYAML() }
  return try yaml.map { try Registry(yaml: $0, name: "stored registry") }
}
