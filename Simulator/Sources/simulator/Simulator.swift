import ArgumentParser

@main
struct Simulator: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulator",
    abstract: "A city's feedback terminals and phones, with a ledger of every press.",
    discussion: """
      `simulator table-2017` runs a scenario; `simulator --count 10000 --rate 500` is a free \
      load; `simulator make-city DIR` writes the registry and the broker's files that both need. \
      `simulator help run` lists the options.
      """,
    subcommands: [Run.self, MakeCity.self], defaultSubcommand: Run.self)
}

/// Writes the demo city's files.
struct MakeCity: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "make-city",
    abstract: "Write the demo city: registry.yaml, credentials (0600) and acl.",
    discussion: "Credentials that exist are kept, and so is the day on which the city was made.")

  @Argument(help: "Folder to write to; made if missing.")
  var folder: String

  @Option(
    help: "The day on which the city is made, YYYY-MM-DD; default today, or what the folder says.")
  var today: String?

  func validate() throws {
    if let today, LocalDate(today) == nil {
      throw ValidationError("--today \(today) is not allowed; give a date as YYYY-MM-DD")
    }
  }

  func run() throws {
    let files = CityFiles(path: folder)
    let made = try today.flatMap(LocalDate.init(_:)) ?? files.readDay() ?? City.today()
    let city = City.helsinki(made: made)
    try files.write(city)
    let devices = city.touchpoints.reduce(0) {
      $0 + $1.devices.count + ($1.replacement == nil ? 0 : 1)
    }
    print(
      "\(folder): \(city.services.count) services, \(city.touchpoints.count) touchpoints,"
        + " \(devices) devices")
  }
}
