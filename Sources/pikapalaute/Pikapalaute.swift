import ArgumentParser
import Foundation
import Web

/// The service and its tools, one command each.
@main
struct Pikapalaute: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pikapalaute",
    abstract: "Collects feedback presses and serves hourly happy-index results.",
    discussion: """
      Terminals and phones publish presses over MQTT or post them over HTTP; a press that was \
      acknowledged is on the disk and is counted exactly once. Results are read over HTTP.

      A first try:
        pikapalaute check-registry registry.yaml
        PIKAPALAUTE_ADMIN_TOKEN=$(openssl rand -hex 32) \\
          pikapalaute serve --registry registry.yaml --mqtt-url mqtt://127.0.0.1:1883

      Every setting can stand on the command line, in the environment (PIKAPALAUTE_DATABASE, \
      PIKAPALAUTE_MQTT_URL, …) or in a YAML file (--config; keys database, mqtt_url, …). The \
      command line wins over the environment, the environment over the file.
      """,
    version: Program.version,
    subcommands: [
      ServeCommand.self, RebuildCommand.self, CheckRegistryCommand.self, ApplyCommand.self,
      RegistryCommand.self, DevicesCommand.self, DeviceCommand.self, TokenCommand.self,
      ClaimCommand.self, CredentialCommand.self, PhoneCommand.self, AuditCommand.self,
      RoutesCommand.self, PublishCommand.self, BoardCommand.self, QuarantineCommand.self,
      CheckCommand.self, RepairCommand.self, BackupCommand.self, RestoreCommand.self,
      OpeningHoursCommand.self, ImportCommand.self, FrameCommand.self, FirmwareCommand.self,
      AsOfCommand.self, AnnulCommand.self, SessionCommand.self,
    ])

  /// Whatever a command makes is for its owner alone: answers, hashes, copies, rejected lines.
  static func main() async {
    umask(0o077)
    if let mistyped = MistypedCommand(CommandLine.arguments.dropFirst()) {
      say(mistyped.description)
      exit(withError: ExitCode(EX_USAGE))
    }
    await main(nil)
  }
}
