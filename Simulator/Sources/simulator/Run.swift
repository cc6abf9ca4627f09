import ArgumentParser
import Crypto
import FirmwareProtocol
import Foundation

extension ScenarioName: ExpressibleByArgument {}

/// Runs a scenario or a free load, and compares the service's results with the ledger.
struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Press the buttons of a scenario, or of a free load (--count).")

  @Argument(help: "What to press; without it --count presses of now.")
  var scenario: ScenarioName?

  @Option(help: "The broker: mqtt[s]://host:port.")
  var mqttUrl = "mqtt://127.0.0.1:1883"

  @Option(help: "The service: http[s]://host:port.")
  var httpUrl = "http://127.0.0.1:8080"

  @Option(help: "PEM of the authority of mqtts; without it the system's, as of https.")
  var caFile: String?

  @Option(help: "Folder with the city's generated files.")
  var city = "var/city"

  @Option(help: "Bearer token for results; default from PIKAPALAUTE_ADMIN_TOKEN.")
  var token: String?

  @Option(help: "The same seed gives the same presses; 0 or more.")
  var seed = 2018

  @Option(
    help: "Simulated seconds per real second, over 0; default 60 for days, 86400 for home care."
  )
  var speed: Double?

  @Option(help: "home-care-may-2018: ratings in all, 1000 or more.")
  var responses = Scenario.HomeCareOptions().responses

  @Flag(help: "home-care-may-2018: every phone has the service's own app, which speaks HTTP.")
  var appOnly = false

  @Option(
    help: """
      city-day, recent-day: the day, YYYY-MM-DD before today; recent: the first that is left out; default \
      yesterday in the city.
      """)
  var day: String?

  @Option(help: "city-day, recent-day: local hour at which the simulated clock starts, 0…23.")
  var startHour = 0

  @Option(help: "Free load: presses in all, 1 or more.")
  var count: Int?

  @Option(help: "Free load: presses a second; 0 is as fast as they are acknowledged.")
  var rate = 0.0

  @Option(help: "Presses in a frame at most, 1…1000.")
  var framePressesMax = PressFrame.countMax

  @Flag(help: "Afterwards compare every number of the results with the ledger.")
  var verify = false

  @Flag(help: "Send nothing, only compare (not for a free load).")
  var verifyOnly = false

  @Option(help: "Give up after so many seconds without an acknowledgement, over 0.")
  var timeout = 120.0

  @Option(help: "Public key of firmware that terminals take; without it they take none.")
  var firmwareKey: String?

  @Option(help: "Of terminals that take firmware, the share that then starts again and again, 0…1.")
  var firmwareFails = 0.0

  @Flag(help: "Print nothing but errors.")
  var quiet = false

  func validate() throws {
    try require(seed >= 0, "--seed \(seed)", "0 or more")
    if let speed { try require(speed > 0 && speed.isFinite, "--speed \(speed)", "over 0") }
    try require(responses >= 1000, "--responses \(responses)", "1000 or more")
    try require((0...23).contains(startHour), "--start-hour \(startHour)", "0 to 23")
    try require(rate >= 0 && rate.isFinite, "--rate \(rate)", "0 or more")
    try require(timeout > 0 && timeout.isFinite, "--timeout \(timeout)", "over 0")
    try require(
      (1...PressFrame.countMax).contains(framePressesMax),
      "--frame-presses-max \(framePressesMax)", "1…\(PressFrame.countMax)")
    if let count { try require(count >= 1, "--count \(count)", "1 or more") }
    if let day { try require(LocalDate(day) != nil, "--day \(day)", "a date as YYYY-MM-DD") }
    if scenario == nil && count == nil {
      let names = ScenarioName.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("nothing to press: name a scenario (\(names)) or give --count")
    }
    if scenario != nil && count != nil {
      throw ValidationError("--count is for a free load: leave it out or leave out the scenario")
    }
    if scenario == nil && verifyOnly {
      throw ValidationError("--verify-only needs a scenario: a free load cannot be made again")
    }
    try require(
      (0...1).contains(firmwareFails), "--firmware-fails \(firmwareFails)", "a share, 0 to 1")
    _ = try firmwareTrial()
    _ = try brokerAddress()
    _ = try httpAddress()
  }

  func run() async throws {
    let helsinki = City.helsinki(made: try CityFiles(path: city).readDay() ?? City.today())
    let calendar = try LocalCalendar(identifier: helsinki.timeZone)
    let display = Display(calendar: calendar, isQuiet: quiet)
    var plan = try makeScenario(helsinki, calendar)
    plan.framePressesMax = min(plan.framePressesMax, framePressesMax)
    var ledger = Ledger(city: helsinki)
    for device in plan.plans { ledger.record(device) }
    try ledger.check(plan.figures)

    let reader = ResultsReader(http: try httpAddress(), token: bearerToken)
    if !verifyOnly {
      var before = Ledger(city: helsinki)
      if scenario == nil && verify {
        try await before.adoptResults(reader, city: helsinki, calendar: calendar, scenario: plan)
      }
      let fleet = try makeFleet(plan, helsinki, ledger)
      try press(fleet, helsinki, display)
      ledger = fleet.ledger
      ledger.adopt(before)
    }
    let hasTable = scenario == .table2017 || scenario == .table2018
    if verify || verifyOnly {
      var verifier = Verifier(
        city: helsinki, calendar: calendar, scenario: plan, ledger: ledger, reader: reader)
      try await verifier.run()
      display.table(plan, city: helsinki, totals: verifier.totals)
      display.verdict(verifier)
      if !verifier.differences.isEmpty { throw ExitCode(1) }
    } else if hasTable && !quiet && bearerToken != nil {
      let totals = try await reader.totals(plan)
      display.table(plan, city: helsinki, totals: totals)
    }
  }

  private func press(_ fleet: Fleet, _ city: City, _ display: Display) throws {
    Interrupt.install()
    do {
      try fleet.run { display.progress($0, now: $1) }
    } catch {
      display.endProgress()
      display.summary(fleet, city: city, now: Clock.monotonicSeconds())
      throw error
    }
    display.endProgress()
    display.summary(fleet, city: city, now: Clock.monotonicSeconds())
    if Interrupt.isRequested { throw ExitCode(130) }
  }

  private func makeScenario(_ city: City, _ calendar: LocalCalendar) throws -> Scenario {
    let now = Clock.utcMilliseconds()
    switch scenario {
    case .table2017: return try .table2017(city: city, calendar: calendar, seed: seed)
    case .table2018: return try .table2018(city: city, calendar: calendar, seed: seed)
    case .homeCareMay2018:
      var options = Scenario.HomeCareOptions(responses: responses, isAppOnly: appOnly)
      if let speed { options.speed = speed }
      return try .homeCareMay2018(city: city, calendar: calendar, seed: seed, options: options)
    case .cityDay:
      return try .cityDay(
        city: city, calendar: calendar, seed: seed,
        day: try pressedDay(calendar, now, from: LocalDate(City.terminalsFrom)),
        startHour: startHour, speed: speed ?? 60)
    case .recent:
      return .recent(
        city: city, calendar: calendar, seed: seed,
        until: try pressedDay(calendar, now, from: city.events.from))
    case .recentDay:
      return .recentDay(
        city: city, calendar: calendar, seed: seed,
        day: try pressedDay(calendar, now, from: city.events.from), startHour: startHour,
        speed: speed ?? 60)
    case nil:
      return .load(
        city: city, calendar: calendar, seed: seed, count: count ?? 0, ratePerSecond: rate,
        nowMilliseconds: now)
    }
  }

  /// The day that `--day` names, yesterday without it.
  private func pressedDay(
    _ calendar: LocalCalendar, _ nowMilliseconds: Int, from first: LocalDate?
  ) throws -> LocalDate {
    let today = calendar.date(at: nowMilliseconds / 1000)
    let day = day.flatMap(LocalDate.init(_:)) ?? LocalDate(days: today.days - 1)
    let first = first ?? day
    // The service would take presses of the future for a clock that is ahead.
    try require(
      day < today && day >= first, "--day \(day.text)",
      "a day from \(first.text) to yesterday")
    return day
  }

  private func makeFleet(_ scenario: Scenario, _ city: City, _ ledger: Ledger) throws -> Fleet {
    let files = CityFiles(path: self.city)
    let passwords = try files.readPasswords()
    if !passwords.isEmpty,
      let stranger = scenario.plans.first(where: { passwords[$0.device] == nil })
    {
      throw Failure(
        "\(self.city)/credentials has no password for \(stranger.device);"
          + " run `simulator make-city \(self.city)` and reload the broker")
    }
    let destination = Destination(
      site: city.site, broker: try brokerAddress(), http: try httpAddress(), passwords: passwords,
      deviceTokens: try files.readTokens(), token: bearerToken)
    return Fleet(
      scenario: scenario, city: city, ledger: ledger, destination: destination, seed: seed,
      timeoutSeconds: timeout, firmware: try firmwareTrial())
  }

  private func firmwareTrial() throws -> FirmwareTrial? {
    guard let firmwareKey else { return nil }
    guard let bytes = Data(base64Encoded: firmwareKey),
      let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)
    else {
      throw ValidationError(
        "--firmware-key \(firmwareKey) is not allowed; give what `pikapalaute firmware key show` prints"
      )
    }
    return FirmwareTrial(key: key, failingShare: firmwareFails)
  }

  private var bearerToken: String? {
    let text = token ?? ProcessInfo.processInfo.environment["PIKAPALAUTE_ADMIN_TOKEN"]
    return text?.isEmpty == false ? text : nil
  }

  private func brokerAddress() throws -> BrokerAddress {
    let parts = URLComponents(string: mqttUrl)
    let usesTLS = parts?.scheme == "mqtts"
    let port = parts?.port ?? (usesTLS ? 8883 : 1883)
    guard let parts, usesTLS || parts.scheme == "mqtt", let host = parts.host, !host.isEmpty,
      (1...65_535).contains(port)
    else { throw ValidationError("--mqtt-url \(mqttUrl) is not allowed; use mqtt[s]://host:port") }
    return BrokerAddress(host: host, port: port, usesTLS: usesTLS, caFile: caFile)
  }

  private func httpAddress() throws -> URL {
    guard let url = URL(string: httpUrl), url.scheme == "http" || url.scheme == "https",
      url.host?.isEmpty == false
    else { throw ValidationError("--http-url \(httpUrl) is not allowed; use http[s]://host:port") }
    return url
  }

  private func require(_ condition: Bool, _ what: String, _ allowed: String) throws {
    if !condition { throw ValidationError("\(what) is not allowed; give \(allowed)") }
  }
}
