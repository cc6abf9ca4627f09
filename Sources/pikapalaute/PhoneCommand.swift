import ArgumentParser
import CivilTime
import Foundation
import Registry
import Store

/// `pikapalaute phone`: the phones of a team on which visits are rated.
struct PhoneCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "phone", abstract: "Enrol and list the phones of a team.",
    discussion: """
      A phone belongs to a touchpoint with 'channel: visit', never to a person: it gets a name by \
      chance. A phone that was lost is withdrawn by 'pikapalaute credential withdraw PHONE'. \
      docs/enrolment.md tells the whole way.
      """,
    subcommands: [Enrol.self, List.self])

  struct Enrol: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Add phones to a team and print a code for each, once.",
      discussion: """
        The phones come into the registry that holds as one new version, also while the service \
        runs, which needs PIKAPALAUTE_ADMIN_TOKEN. A line each: phone, tab, code; on a terminal, or \
        with --address, a link for the phone below it. An example:
          pikapalaute phone enrol kotihoito-etela --count 12 --address https://palaute.example
        """)

    @OptionGroup var options: DatabaseOptions
    @Argument(help: "The team's touchpoint.")
    var touchpoint: String
    @Option(help: "How many phones, 1 to \(RegistryEdit.phonesMax).")
    var count = 1
    @Option(help: "How long a code can be used: so many m(inutes), h(ours) or d(ays).")
    var expiresIn = "7d"
    @Option(help: "Where phones reach the service, for links: https://…")
    var address: String?

    func run() async throws {
      try await reportingFailure {
        let milliseconds = try ClaimCommand.milliseconds(expiresIn)
        let file = try await options.existingFile()
        let phones = try await addPhones(file)
        let codes = phones.map { (device: $0, code: ClaimCode()) }
        let stamp = Actor.stamp()
        try await ClaimStore(TokenStore(file)).add(
          codes, expiresAtMilliseconds: stamp.nowMilliseconds + milliseconds, by: stamp)
        for (phone, code) in codes {
          print("\(phone)\t\(code)")
          if address != nil || isatty(STDOUT_FILENO) != 0 {
            print("  \(address ?? "https://…")/visit#\(code)")
          }
        }
      }
    }

    /// - Returns: their names, which the registry has now.
    private func addPhones(_ file: DatabaseFile) async throws -> [String] {
      let (version, yaml) = try await StoreReader(file).read {
        (try $0.registryRevision(), try $0.registryYAML())
      }
      guard let yaml else {
        throw OptionError("no registry was ever applied; run: pikapalaute apply FILE")
      }
      let name = "phone enrol \(touchpoint) --count \(count)"
      let edit = try RegistryEdit(yaml: yaml, name: name)
      let now = UTC.minute(ofMilliseconds: Clocks.wallMilliseconds())
      var random = SystemRandomNumberGenerator()
      let edited: (yaml: String, phones: [String])
      do throws(RegistryEditError) {
        edited = try edit.addingPhones(count, at: touchpoint, from: now, using: &random)
      } catch {
        throw OptionError(error.description)
      }
      try await RegistryApplication(
        options: options, name: name, yaml: edited.yaml, expected: version, tells: false
      ).run()
      return edited.phones
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the phones of a team.",
      discussion: """
        A line each, cells between tabs: phone, 'enrolled', 'code until TIME', 'code expired' or \
        'no code'.
        """)

    @OptionGroup var options: DatabaseOptions
    @Argument(help: "The team's touchpoint.")
    var touchpoint: String

    func run() async throws {
      try await reportingFailure {
        let file = try await options.existingFile()
        guard let team = try await storedRegistry(file)?.node(touchpoint)?.touchpoint,
          team.channel == .visit
        else { throw OptionError("'\(touchpoint)' is no touchpoint with 'channel: visit'") }
        let now = Clocks.wallMilliseconds()
        let minute = UTC.minute(ofMilliseconds: now)
        let states = try await ClaimStore(TokenStore(file)).states()
        print("phone\tstate")
        for phone in team.assignments where phone.minutes.contains(minute) {
          print("\(phone.device)\t\(text(states[phone.device], now))")
        }
      }
    }

    private func text(_ state: ClaimState?, _ now: Int64) -> String {
      switch state {
      case nil: "no code"
      case .enrolled: "enrolled"
      case .codeMade(let expiry):
        expiry <= now ? "code expired" : "code until \(RFC3339.format(milliseconds: expiry))"
      }
    }
  }
}
