import Queries
import Store

extension Models {
  static let rollouts = Model<Rollouts>("FirmwareOffers") {
    Field.list("offers", rollout) { $0.rollouts }
  }

  private static let rollout = Model<Rollouts.Rollout>("FirmwareOffer") {
    Field.value("id", .count("Its number.")) { Int($0.offer.id) }
    Field.value("model", .text("What kind of device it is for.")) { $0.offer.manifest.model }
    Field.value("version", .text()) { $0.offer.manifest.version }
    Field.value("url", .text("Where devices get the file.")) { $0.offer.manifest.url }
    Field.value("sha256", .text("Of the file.")) { $0.offer.manifest.sha256 }
    Field.moment("offered_at", .time("UTC.")) { $0.offer.offeredAtMilliseconds }
    Field.value("offered_by", .text("As in the audit log.")) { $0.offer.maker }
    Field.value("stages", .text("Percent of the devices, with commas between.")) {
      $0.offer.stages.map(String.init).joined(separator: ",")
    }
    Field.value("stage_hours", .number("How long a stage lasts at least.")) {
      Double($0.offer.stageMilliseconds) / 3_600_000
    }
    Field.value("percent", .count("Of the stage that is reached.")) { $0.offer.percent }
    Field.moment("since", .time("When it was reached, or last resumed, UTC.")) {
      $0.offer.stageSinceMilliseconds
    }
    Field.value("state", .text("rolling, paused, stopped, complete or withdrawn.")) {
      $0.offer.state.rawValue
    }
    Field.value("why", .text("Why it stands as it does; empty where nothing is to be said.")) {
      $0.offer.reason
    }
    Field.value("told", .count("Devices that were told of it.")) { $0.told }
    Field.value("took", .count("Those that said that they run it.")) { $0.took }
  }

  static let ofFirmware: [any DescribedModel] = [rollouts, rollout]
}
