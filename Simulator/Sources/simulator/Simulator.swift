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
    discussion: "Credentials that exist are kept.")

  @Argument(help: "Folder to write to; made if missing.")
  var folder: String

  func run() throws {
    let city = City.helsinki
    try CityFiles(path: folder).write(city)
    let devices = city.touchpoints.reduce(0) { $0 + $1.devices.count }
    print(
      "\(folder): \(city.services.count) services, \(city.touchpoints.count) touchpoints,"
        + " \(devices) devices")
  }
}
