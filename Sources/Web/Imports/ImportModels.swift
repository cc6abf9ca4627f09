import Import
import Store

/// An import as the list shows it.
struct ListedImports {
  var imports: [StoreReader.Snapshot.Import]
}

extension Models {
  static let imports = Model<ListedImports>("Imports") {
    Field.list("imports", listedImport, "The oldest first.") { $0.imports }
  }

  private static let listedImport = Model<StoreReader.Snapshot.Import>("Import") {
    Field.value("id", .count("Its number.")) { Int($0.id) }
    Field.moment("imported_at", .time("UTC.")) { $0.importedAtMilliseconds }
    Field.value("source", .text("Under which its lines are known.")) { $0.source }
    Field.value("file", .text("Name of the file.")) { $0.file }
    Field.value("state", .text("staged, counting or done.")) { $0.state.rawValue }
    Field.value("lines", .count("Lines that it brought.")) { $0.rows }
    Field.value("lines_counting", .count("Not withdrawn, nor replaced by a later import.")) {
      $0.rowsCounting
    }
    Field.value("responses", .count("Of the lines that count.")) { $0.responses }
    Field.moment("withdrawn_at", .time(orNull: true, "null while it stands.")) {
      $0.withdrawn?.atMilliseconds
    }
    Field.value("withdrawn_by", .text(orNull: true, "As in the audit log.")) { $0.withdrawn?.by }
  }

  static let importJob = Model<ImportJob>(
    "ImportJob", text: "An import or a withdrawal that is under way, or came to its end."
  ) {
    Field.value("number", .count("From 1 at the start of the service.")) { $0.number }
    Field.value("name", .text("Of the file, or what is withdrawn.")) { $0.name }
    Field.value("dry_run", .flag("Nothing is changed.")) { $0.isDryRun }
    Field.value(
      "state",
      .words(
        ImportJob.State.self,
        """
        receiving, reading and writing: nothing counts yet, and what is cut off is gone; counting: it is \
        decided, and shows stretch by stretch; done, refused or failed: its end.
        """)
    ) { $0.state.rawValue }
    Field.value("lines", .count("That the state has done.")) { $0.lines }
    Field.value("detail", .text("Why it was refused or has failed; else empty.")) { $0.detail }
    Field.maybe("import", importReport, "Once it is done.") { $0.report }
    Field.maybe("withdrawal", withdrawalReport, "Once it is done.") { $0.withdrawal }
  }

  private static let importReport = Model<ImportReport>("ImportReport") {
    Field.value("id", .count("The import's number; 0 = nothing was new, or a dry run.")) {
      Int($0.id)
    }
    Field.value("lines", .count("Of the file, after its header.")) { $0.lines }
    Field.value("added", .count("Lines.")) { $0.added }
    Field.value("known", .count("Lines that an earlier import or line brought already.")) {
      $0.known
    }
    Field.value("changed", .count("Known lines that say something else now.")) { $0.changed }
    Field.value("replaced", .flag("These took the place of what was there.")) { $0.isReplaced }
    Field.value(
      "repeated_hours",
      .count("Lines without an offset in the hour that autumn repeats: the first was taken.")
    ) { $0.repeatedHours }
    Field.value("overlap_hours", .count("Hours in which own devices counted at the same place.")) {
      $0.overlapHours
    }
    Field.list("skipped", skippedLines, "Lines that were passed over, by reason.") { report in
      SkipReason.allCases.compactMap { reason in
        report.skipped[reason].map { (reason, $0, report.examples[reason] ?? []) }
      }
    }
    Field.list("places", importedPlace, "What the lines add.") { $0.places }
  }

  private typealias Skipped = (reason: SkipReason, lines: Int, examples: [ImportReport.Example])

  private static let skippedLines = Model<Skipped>("SkippedLines") {
    Field.value("reason", .words(SkipReason.self)) { $0.reason.rawValue }
    Field.value("lines", .count) { $0.lines }
    Field.list("examples", skippedExample, "Three of different texts at most.") { $0.examples }
  }

  private static let skippedExample = Model<ImportReport.Example>("SkippedExample") {
    Field.value("line", .count("Of the file, from 1.")) { $0.line }
    Field.value("text", .text("The beginning of the text at fault.")) { $0.text }
  }

  private static let importedPlace = Model<ImportReport.Place>("ImportedPlace") {
    Field.value("touchpoint", .named("NodeID")) { $0.touchpoint }
    Field.value("question", .named("QuestionID")) { $0.question }
    Field.value(
      "counts", .json(#"{"type":"array","items":{"type":"integer","minimum":0}}"#)
    ) { $0.counts }
    Field.value("excluded", .count) { $0.excluded }
    Field.hour("first", .time("The first hour.")) { $0.hours.lowerBound }
    Field.hour("last", .time("The last hour.")) { $0.hours.upperBound }
  }

  private static let withdrawalReport = Model<WithdrawalReport>("WithdrawalReport") {
    Field.value("source", .text()) { $0.source }
    Field.value("file", .text()) { $0.file }
    Field.value("taken", .count("Lines of the import that counted until now.")) { $0.taken }
    Field.value("restored", .count("Lines of earlier imports that count again.")) { $0.restored }
    Field.list("places", withdrawnPlace) { $0.places }
  }

  private static let withdrawnPlace = Model<WithdrawalReport.Place>(
    "WithdrawnPlace", text: "Imported responses of one touchpoint and question, of all imports."
  ) {
    Field.value("touchpoint", .named("NodeID")) { $0.touchpoint }
    Field.value("question", .named("QuestionID")) { $0.question }
    Field.value("responses_before", .count) { $0.responsesBefore }
    Field.value("responses_after", .count) { $0.responsesAfter }
  }

  static let ofImports: [any DescribedModel] = [
    imports, listedImport, importJob, importReport, skippedLines, skippedExample, importedPlace,
    withdrawalReport, withdrawnPlace,
  ]
}
