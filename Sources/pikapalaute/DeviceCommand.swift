import ArgumentParser
import CivilTime
import Registry
import Store

/// `pikapalaute device`: single devices, as edits of the registry that holds.
struct DeviceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "device",
    abstract: "Add, move, replace or retire a device, also while the service runs.",
    discussion: """
      The text of the registry that holds is edited, its comments and layout kept, and applied as \
      'pikapalaute apply' does: a new version, which 'pikapalaute registry show' prints and \
      'pikapalaute registry back' undoes. The service's own file stays as it is: bring it up to \
      date before it is changed next. TIME is a date (midnight) or a local time such as \
      2026-05-13T14:00, in the hour that autumn repeats with its offset; default: now.

        pikapalaute device replace rd-0042 rd-0099 --at 2026-05-13T14:00 --preview
        pikapalaute device move rd-0042 --to kallio-ovi
        pikapalaute device add rd-0100 --at-touchpoint kallio-aula --from 2026-06-01
        pikapalaute device retire rd-0042
      """,
    subcommands: [
      ReplaceCommand.self, MoveCommand.self, AddCommand.self, RetireCommand.self,
    ])

  /// Another terminal where one stood.
  struct ReplaceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "replace", abstract: "Put another device where one stands.",
      discussion: "It asks what the old one asked, for as long as that was to stay.")

    @OptionGroup var edit: DeviceEdit
    @Argument(help: "The device that goes.")
    var old: String
    @Argument(help: "The device that comes.")
    var new: String
    @Option(help: "When. Default: now.")
    var at: String?

    func run() async throws {
      try await edit.run("replace \(old) \(new)", at, "--at") {
        .replace(device: old, by: new, at: $0)
      }
    }
  }

  /// The same terminal elsewhere.
  struct MoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "move", abstract: "Bring a device to another touchpoint.")

    @OptionGroup var edit: DeviceEdit
    @Argument(help: "The device.")
    var device: String
    @Option(help: "The touchpoint.")
    var to: String
    @Option(help: "When. Default: now.")
    var at: String?

    func run() async throws {
      try await edit.run("move \(device) --to \(to)", at, "--at") {
        .move(device: device, touchpoint: to, at: $0)
      }
    }
  }

  /// A device that the registry does not list.
  struct AddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add", abstract: "Add a device that the registry does not list.")

    @OptionGroup var edit: DeviceEdit
    @Argument(help: "The device, as its topics name it.")
    var device: String
    @Option(help: "The touchpoint.")
    var atTouchpoint: String
    @Option(help: "Since when its presses count there. Default: now.")
    var from: String?

    func run() async throws {
      try await edit.run("add \(device) --at-touchpoint \(atTouchpoint)", from, "--from") {
        .add(device: device, touchpoint: atTouchpoint, from: $0)
      }
    }
  }

  /// A device that serves no place any more.
  struct RetireCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "retire", abstract: "End what a device serves.",
      discussion: "Its presses from then on stand under 'unassigned'.")

    @OptionGroup var edit: DeviceEdit
    @Argument(help: "The device.")
    var device: String
    @Option(help: "When. Default: now.")
    var at: String?

    func run() async throws {
      try await edit.run("retire \(device)", at, "--at") { .retire(device: device, at: $0) }
    }
  }
}

/// What the commands of devices share.
struct DeviceEdit: ParsableArguments {
  @OptionGroup var options: DatabaseOptions
  @Flag(help: "Tell what would change, and change nothing.")
  var preview = false

  /// - Parameters:
  ///   - command: what was typed, without its time.
  ///   - moment: as it was given; nil = now.
  ///   - option: what gives it.
  func run(
    _ command: String, _ moment: String?, _ option: String,
    _ change: (UTCMinute) -> DeviceChange
  ) async throws {
    try await reportingFailure {
      let (version, yaml) = try await StoreReader(try await options.existingFile()).read {
        (try $0.registryRevision(), try $0.registryYAML())
      }
      guard let yaml else {
        throw OptionError("no registry was ever applied; run: pikapalaute apply FILE")
      }
      let edit = try RegistryEdit(yaml: yaml, name: "device \(command)")
      let minute = try minute(moment, option, edit.zone)
      let edited: String
      do throws(RegistryEditError) {
        edited = try edit.applying([change(minute)])
      } catch {
        throw OptionError(error.description)
      }
      let application = RegistryApplication(
        options: options, name: "device \(command)", yaml: edited, expected: version)
      if preview {
        let time = moment.map { " \(option) \($0)" } ?? ""
        try await application.preview(doing: "pikapalaute device \(command)\(time)")
      } else {
        try await application.run()
      }
    }
  }

  private func minute(
    _ text: String?, _ option: String, _ zone: ZoneOffsets
  ) throws -> UTCMinute {
    guard let text else { return UTC.minute(ofMilliseconds: Clocks.wallMilliseconds()) }
    do throws(SiteMinuteError) {
      return try SiteMinute.parse(text, zone)
    } catch {
      throw OptionError("\(option) '\(text)' is wrong; \(error.description)")
    }
  }
}
