import ArgumentParser
import CivilTime
import Foundation
import Registry
import Store

/// `pikapalaute claim`: codes that give devices their credentials.
struct ClaimCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "claim", abstract: "Make, list and withdraw codes that give devices credentials.",
    discussion: """
      A code is typed or scanned once, at the device (POST /enrol/v1/claim), and brings it a token of \
      its own. docs/enrolment.md tells the whole way. Every change stands in the audit log.
      """,
    subcommands: [Make.self, List.self, Withdraw.self])

  struct Make: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a code for each device and print it once; only its hash is kept.",
      discussion: """
        A code that waits for the same device is withdrawn. Of several devices each has a line: \
        device, tab, code. On a terminal a link for phones comes with each. An example:
          pikapalaute claim make phone-17 --address https://palaute.example
        """)

    @OptionGroup var options: DatabaseOptions
    @Argument(help: "Devices of the registry.")
    var devices: [String]
    @Option(help: "How long a code can be used: so many m(inutes), h(ours) or d(ays).")
    var expiresIn = "7d"
    @Option(help: "Where phones reach the service, for links: https://…")
    var address: String?

    func run() async throws {
      try await reportingFailure {
        let address = try address.map(ClaimCommand.origin)
        let file = try await options.existingFile()
        guard let registry = try await storedRegistry(file) else {
          throw OptionError("no registry was applied yet; see: pikapalaute apply --help")
        }
        for device in devices {
          if let refusal = registry.refusal(ofDevice: device) { throw OptionError(refusal) }
        }
        let milliseconds = try ClaimCommand.milliseconds(expiresIn)
        let claims = ClaimStore(try TokenStore(file))
        for device in devices {
          let code = ClaimCode()
          let stamp = Actor.stamp()
          try claims.add(
            code, device: device, expiresAtMilliseconds: stamp.nowMilliseconds + milliseconds,
            by: stamp)
          print(devices.count > 1 ? "\(device)\t\(code)" : "\(code)")
          if address != nil || isatty(STDOUT_FILENO) != 0 {
            print("  for a phone: \(address ?? "https://…")/visit#\(code)")
          }
        }
      }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the codes that wait for their devices, without the codes themselves.",
      discussion: """
        A line each, cells between tabs: device, when it was made, when it expires, by whom.
        """)

    @OptionGroup var options: DatabaseOptions

    func run() async throws {
      try await reportingFailure {
        let now = Clocks.wallMilliseconds()
        let claims = try ClaimStore(TokenStore(await options.existingFile())).list()
        print("device\tmade\texpires\tby")
        for claim in claims {
          let made = RFC3339.format(milliseconds: claim.madeAtMilliseconds)
          let expires = RFC3339.format(milliseconds: claim.expiresAtMilliseconds)
          let over = claim.expiresAtMilliseconds <= now ? " (expired)" : ""
          print("\(claim.device)\t\(made)\t\(expires)\(over)\t\(claim.maker)")
        }
      }
    }
  }

  struct Withdraw: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Withdraw the code that waits for a device, at once.")

    @OptionGroup var options: DatabaseOptions
    @Argument(help: "The device.")
    var device: String

    func run() async throws {
      try await reportingFailure {
        let claims = ClaimStore(try TokenStore(await options.existingFile()))
        guard try claims.withdraw(device: device, by: Actor.stamp()) else {
          throw OptionError("no code waits for '\(device)'; see: pikapalaute claim list")
        }
      }
    }
  }

  /// Where phones reach the service; `/visit` lies right below it.
  static func origin(_ address: String) throws -> String {
    let origin = address.hasSuffix("/") ? String(address.dropLast()) : address
    guard Settings.isOrigin(origin) else {
      throw OptionError("--address", address, "http[s]://host[:port], nothing after it")
    }
    return origin
  }

  /// At most a year: a code is on its way to somebody, not a key to keep.
  static func milliseconds(_ text: String) throws -> Int64 {
    let units: [Character: Int64] = ["m": 60_000, "h": 3_600_000, "d": 86_400_000]
    guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()),
      (1...525_600).contains(count), count * unit <= 365 * 86_400_000
    else {
      throw OptionError("--expires-in '\(text)' is wrong; allowed: 30m, 12h, 7d, up to 365d")
    }
    return count * unit
  }
}
