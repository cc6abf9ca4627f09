import Queries
import Store

/// Offers of firmware, the newest first.
struct FirmwareView: Sendable {
  let sentence: String
  let table: TableView

  /// Offers that are shown.
  private static let shownMax = 10

  /// nil where none was ever made.
  init?(_ rollouts: Rollouts, _ words: DeviceWords) {
    let language = words.language
    guard let last = rollouts.rollouts.last else { return nil }
    let (model, version) = (last.offer.manifest.model, last.offer.manifest.version)
    let (told, took) = (language.integer(last.told), language.integer(last.took))
    sentence =
      Phrase(
        "\(model) \(version): tarjottu \(told) laitteelle, käytössä \(took) laitteessa.",
        "\(model) \(version): erbjudet till \(told) enheter, i bruk i \(took).",
        "\(model) \(version): offered to \(told) devices, running on \(took).")[language]
    table = TableView(
      language.text(.firmwareOffers),
      head: [.model, .firmware, .state, .share, .from, .told, .took, .reason].map(language.text),
      rows: rollouts.rollouts.suffix(Self.shownMax).reversed().map { rollout in
        let offer = rollout.offer
        return [
          .header(offer.manifest.model), .text(offer.manifest.version),
          .text(Self.state(offer.state)[language]),
          .number("\(language.integer(offer.percent)) %"),
          .text(words.moment(offer.stageSinceMilliseconds)),
          .number(language.integer(rollout.told)),
          .number(language.integer(rollout.took)),
          .text(offer.reason.isEmpty ? "–" : offer.reason),
        ]
      })
  }

  private static func state(_ state: FirmwareOffer.State) -> Phrase {
    switch state {
    case .rolling: Phrase("etenee", "pågår", "rolling")
    case .paused: Phrase("tauolla", "pausat", "paused")
    case .stopped: Phrase("pysähtyi itsestään", "stannade av sig självt", "stopped by itself")
    case .complete: Phrase("valmis", "klart", "complete")
    case .withdrawn: Phrase("peruttu", "återkallat", "withdrawn")
    }
  }
}
