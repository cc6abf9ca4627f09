import Queries
import Registry
import Reporting
import Store

/// The objects of all answers, each in the folder of what it shows; here those that several have.
enum Models {
  static let interval = Model<Tally.Interval>(
    "Interval",
    text: """
      Where the index lies: posterior mean ± 1.959964 standard deviations, Dirichlet prior \
      ½ per button.
      """
  ) {
    Field.value("low", .number(in: 0...100)) { $0.low }
    Field.value("high", .number(in: 0...100)) { $0.high }
    Field.value(
      "level", .json("{\"type\":\"number\",\"const\":0.95,\"description\":\"Probability.\"}")
    ) {
      $0.level
    }
  }

  static let shares = Model<Tally.Shares>(
    "Shares",
    text: """
      Parts of the responses, not rounded. The middle of an odd number of buttons is neither \
      positive nor negative.
      """
  ) {
    Field.value("very_positive", .named("Share", "The highest button.")) { $0.veryPositive }
    Field.value("positive", .named("Share", "Buttons above the middle, very positive included.")) {
      $0.positive
    }
    Field.value("negative", .named("Share", "Buttons below the middle.")) { $0.negative }
  }

  static let tally = Model<Tally>("Tally", direct: { $2.members($0) }) {
    Field.value("responses", .count("Presses that counted: the sum of `counts`.")) { $0.responses }
    Field.value(
      "counts",
      .json(
        #"""
        {"type":"array","minItems":2,"maxItems":5,"items":{"type":"integer","minimum":0},
        "description":"Responses by button, the most negative first."}
        """#)
    ) { $0.counts }
    Field.value("index", .number(in: 0...100, orNull: true, Measure.index.text)) { $0.index }
    Field.maybe("interval", interval, "null without responses.") { $0.interval }
    Field.maybe("shares", shares, "null without responses.") { $0.shares }
    Measure.others.map { measure in
      Field(name: measure.name, schema: .count(measure.text)) { tally, _, json in
        if case .count(let count) = measure.value(tally) { json.member(measure.name, count) }
      }
    }
  }

  static let revision = Model<AnswerRevision>("Revision", text: "What the numbers come from.") {
    Field.value(
      "data",
      .integer(
        """
        Grows whenever a count of the range changes; with `as_of` the one that held then, 0 = \
        from before revisions were kept.
        """)
    ) { Int($0.numbers.data) }
    Field.value("registry", .integer("Grows with every registry applied.")) {
      Int($0.numbers.registry)
    }
    Field(name: "rule", schema: rule) { revision, site, json in
      json.member("rule", ruleText(site.rules(below: revision.node ?? site.registry.site)))
    }
  }

  private static let rule: Schema = {
    let all = CountingRuleName.allCases
    let texts = (all.map { [$0] } + [all]).map { "\"\(ruleText($0))\"" }
    return .json(
      "{\"enum\":[\(texts.joined(separator: ","))],\"description\":\"By which presses are kept back at "
        + "the touchpoints at and below the node: lockout/1 at terminals, visit/1 at touchpoints with "
        + "`channel: visit`, both with a comma where both stand.\"}")
  }()

  private static func ruleText(_ rules: [CountingRuleName]) -> String {
    rules.map(\.rawValue).joined(separator: ", ")
  }

  static let question = Model<Question>("Question") {
    Field.value("id", .named("QuestionID")) { $0.id }
    Field.value("buttons", .named("Buttons")) { $0.buttons }
    Field.value("text", .named("Texts")) { $0.text }
    Field.extra(
      "with_help_of",
      .named(
        "QuestionID",
        "The question of visits whose answers with help it counts, apart from the rest.")
    ) { $0.withHelpOf }
  }
}
