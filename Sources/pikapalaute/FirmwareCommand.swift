import ArgumentParser
import CivilTime
import Foundation
import Queries
import Store

/// `pikapalaute firmware`: what devices are offered to run.
struct FirmwareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "firmware", abstract: "Sign firmware and offer it to devices in stages.",
    discussion: """
      Devices are told where a file lies, its SHA-256 and a signature that they check; the file itself \
      is handed out elsewhere. docs/firmware.md tells when a rollout goes on and when it stops by \
      itself. Every change of an offer stands in the audit log.

        pikapalaute firmware key make firmware.key
        pikapalaute firmware sign --key firmware.key --file hn4.bin --model hn4 --version 1.5.0 \\
          --url https://files.example/hn4-1.5.0.bin > hn4-1.5.0.json
        PIKAPALAUTE_FIRMWARE_KEY=$(pikapalaute firmware key show firmware.key) \\
          pikapalaute firmware offer hn4-1.5.0.json --stages 5,25,100 --hours 24
      """,
    subcommands: [
      KeyCommand.self, SignCommand.self, OfferCommand.self, ListCommand.self, PauseCommand.self,
      ResumeCommand.self, WithdrawCommand.self,
    ])

  struct OfferCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "offer", abstract: "Offer signed firmware; the service begins within a second.",
      discussion: """
        The manifest must be signed by the key whose public part is the setting firmware_key. An \
        offer for the same model is withdrawn.
        """)

    @OptionGroup var options: DatabaseOptions
    @Argument(help: "The manifest, as 'firmware sign' prints it.")
    var manifest: String
    @Option(help: "Percent of the model's devices, stage by stage.")
    var stages = "5,25,100"
    @Option(help: "Hours that a stage lasts at least; parts of an hour for a trial.")
    var hours = 24.0

    func run() async throws {
      try await reportingFailure {
        guard let key = try options.settings().firmwareKey else {
          throw OptionError(
            "no key says whether the manifest is genuine; set \(SettingKey.firmwareKey.variable) to "
              + "what 'pikapalaute firmware key show FILE' prints")
        }
        let read = try FirmwareManifest(json: Data(readText(manifest).utf8))
        guard key.vouches(for: read) else {
          throw OptionError("the signature of '\(manifest)' is not by the key of this site")
        }
        guard hours >= 0.001, hours <= 8760 else {
          throw OptionError("--hours", "\(hours)", "0.001 to 8760")
        }
        let percents = stages.split(separator: ",", omittingEmptySubsequences: false)
          .compactMap { Int($0) }
        guard percents.map(String.init).joined(separator: ",") == stages else {
          throw OptionError("--stages", stages, "percents that rise, such as 5,25,100")
        }
        let offers = FirmwareOffers(try TokenStore(await options.existingFile()))
        let id = try offers.add(
          read, stages: percents, stageMilliseconds: Int64(hours * 3_600_000), by: Actor.stamp())
        print("offer \(id): \(read.model) \(read.version), first to \(percents.first ?? 0) %")
      }
    }
  }

  struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the offers, the oldest first.",
      discussion: """
        A line each, cells between tabs: number, model, version, state, percent that it has reached, \
        since when, how many devices were told and took it, why it stands as it does.
        """)

    @OptionGroup var options: DatabaseOptions

    func run() async throws {
      try await reportingFailure {
        let offers = FirmwareOffers(try TokenStore(await options.existingFile()))
        print("offer\tmodel\tversion\tstate\tpercent\tsince\ttold\ttook\twhy")
        for rollout in Rollouts(try await offers.all()).rollouts {
          let offer = rollout.offer
          let since = RFC3339.format(milliseconds: offer.stageSinceMilliseconds)
          print(
            "\(offer.id)\t\(offer.manifest.model)\t\(offer.manifest.version)\t"
              + "\(offer.state.rawValue)\t\(offer.percent)\t\(since)\t\(rollout.told)\t\(rollout.took)\t"
              + offer.reason)
        }
      }
    }
  }

  struct PauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "pause", abstract: "Tell no device of an offer until it is resumed.")

    @OptionGroup var change: OfferChange

    func run() async throws {
      try await change.run(.paused)
    }
  }

  struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "resume", abstract: "Let an offer go on that was paused or stopped by itself.",
      discussion: """
        Its stage begins anew. Devices that took it are held against it no more: who resumes has \
        looked at them.
        """)

    @OptionGroup var change: OfferChange

    func run() async throws {
      try await change.run(.rolling)
    }
  }

  struct WithdrawCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "withdraw", abstract: "Take an offer back for good.",
      discussion:
        "Devices that took it keep it: to bring them back, sign and offer what was before.")

    @OptionGroup var change: OfferChange

    func run() async throws {
      try await change.run(.withdrawn)
    }
  }
}

/// What the commands that change an offer share.
struct OfferChange: ParsableArguments {
  @OptionGroup var options: DatabaseOptions
  @Argument(help: "The number of the offer.")
  var offer: Int64

  func run(_ state: FirmwareOffer.State) async throws {
    try await reportingFailure {
      let offers = FirmwareOffers(try TokenStore(await options.existingFile()))
      try offers.change(id: offer, to: state, by: Actor.stamp())
    }
  }
}
