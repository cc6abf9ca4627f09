import ArgumentParser
import CivilTime
import Registry
import Store

/// `pikapalaute phone`: the phones of a team on which visits are rated.
struct PhoneCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "phone", abstract: "Enrol, renew, withdraw and list the phones of a team.",
    discussion: """
      A phone belongs to a touchpoint with 'channel: visit', never to a person: it gets a name by \
      chance, and another when it is renewed. \
      docs/enrolment.md tells the whole way.
      """,
    subcommands: [Enrol.self, Renew.self, Withdraw.self, List.self])

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
        let made = try PhoneCodes(expiresIn: expiresIn, address: address)
        let file = try await options.existingFile()
        let phones = try await changePhones(
          file, options, "phone enrol \(touchpoint) --count \(count)"
        ) { (edit, minute) throws(RegistryEditError) in
          var random = SystemRandomNumberGenerator()
          return try edit.addingPhones(count, at: touchpoint, from: minute, using: &random)
        }
        try await made.print(phones, file)
      }
    }
  }

  struct Renew: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Give a phone that lost its enrolment a new name, and print its code, once.",
      discussion: """
        What it had opens nothing any more, its name goes out of use, and its ratings stay the team's.
        """)

    @OptionGroup var options: DatabaseOptions
    @Argument(help: "The phone.")
    var phone: String
    @Option(help: "How long the code can be used: so many m(inutes), h(ours) or d(ays).")
    var expiresIn = "7d"
    @Option(help: "Where phones reach the service, for the link: https://…")
    var address: String?

    func run() async throws {
      try await reportingFailure {
        let made = try PhoneCodes(expiresIn: expiresIn, address: address)
        let file = try await options.existingFile()
        let node = try await team(of: phone, file)
        let new = try await changePhones(file, options, "phone renew \(phone)") {
          (edit, minute) throws(RegistryEditError) in
          var random = SystemRandomNumberGenerator()
          return try edit.renewingPhone(phone, at: node, from: minute, using: &random)
        }
        let credentials = CredentialStore(try TokenStore(file))
        _ = try await credentials.withdraw(device: phone, by: Actor.stamp())
        try await made.print([new], file)
        try await credentials.waitForBroker(phone)
      }
    }
  }

  struct Withdraw: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "End a phone's use: its place in the team, its token, its login, a code that waits.",
      discussion: "Its ratings stay the team's.")

    @OptionGroup var options: DatabaseOptions
    @Argument(help: "The phone.")
    var phone: String

    func run() async throws {
      try await reportingFailure {
        let file = try await options.existingFile()
        let node = try await team(of: phone, file)
        try await changePhones(file, options, "phone withdraw \(phone)") {
          (edit, minute) throws(RegistryEditError) in
          (try edit.withdrawingPhone(phone, at: node, from: minute), ())
        }
        let credentials = CredentialStore(try TokenStore(file))
        _ = try await credentials.withdraw(device: phone, by: Actor.stamp())
        try await credentials.waitForBroker(phone)
      }
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
        for phone in team.assignments where phone.isStanding(after: minute) {
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
