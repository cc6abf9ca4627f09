import Ingest
import Queries
import Store

/// A page with the cursor of the next one.
struct ShownPage {
  var page: PressesPage
  var next: String?
}

extension Models {
  static let presses = Model<ShownPage>("SinglePresses") {
    Field.list("presses", press) { $0.page.lines }
    Field.value(
      "next",
      .text(
        orNull: true, "What to give as `after` for the next page; null = this is the last.")
    ) { $0.next }
  }

  static let press = Model<PressesPage.Line>("SinglePress") {
    Field.value("touchpoint", .named("NodeID")) { $0.touchpoint }
    Field.value("question", .named("QuestionID")) { $0.question }
    Field.moment("at", .time("Of lost presses the time of the one that follows.")) {
      $0.atMilliseconds
    }
    Field.value("button", .integer(in: 0...255, orNull: true, "null for lost presses.")) {
      $0.button
    }
    Field.value("outcome", .words(CountedPress.Outcome.self)) { $0.outcome.rawValue }
    Field.value("estimated", .flag()) { $0.isEstimated }
    Field.value("imported", .flag()) { $0.isImported }
    Field.value("device", .text(orNull: true)) { $0.device }
    Field.moment("received_at", .time(orNull: true)) { $0.receivedAtMilliseconds }
    Field.value("count", .integer(in: 1...Int.max, "1; of lost presses how many.")) { $0.count }
    Field.value("epoch", .integer(in: 0...Int(UInt32.max), orNull: true)) { $0.epoch }
    Field.value(
      "sequence",
      .integer(
        in: 0...Int(UInt32.max) - 1, orNull: true,
        """
        Its number in the device's journal, of lost presses that of the first; null for presses \
        without one.
        """)
    ) { $0.sequence }
    Field.value(
      "segment",
      .integer(
        in: 1...Int.max, orNull: true,
        """
        Where its frame lies in the archive: `pikapalaute frame SEGMENT FRAME` shows it. null for \
        imported presses.
        """)
    ) { $0.segment }
    Field.value("frame", .integer(in: 1...Int.max, orNull: true)) { $0.frame }
    Field.maybe("excluded_by", pressReference) { $0.excludedBy }
  }

  private static let pressReference = Model<CountedPress.Reference>(
    "PressReference", text: "The press that counted, and after which this one came too soon."
  ) {
    Field.moment("at", .time()) { $0.atMilliseconds }
    Field.value("epoch", .integer(in: 0...Int(UInt32.max), orNull: true)) { $0.epoch.map(Int.init) }
    Field.value("sequence", .integer(in: 0...Int(UInt32.max) - 1, orNull: true)) {
      $0.sequence.map(Int.init)
    }
  }

  static let pressTable = Table(press.columns)

  static let ofPresses: [any DescribedModel] = [presses, press, pressReference]
}
