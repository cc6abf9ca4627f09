import ArgumentParser
import Foundation
import Registry
import Store

extension RebuildCommand {
  /// Says what another rule or registry would change, and changes nothing.
  func preview(_ file: DatabaseFile) throws {
    let change: RulePreview.Change
    if let registry {
      change = .registry(
        try Registry(yaml: readText(registry), name: registry))
    } else {
      let asked = try askedRule()
      change = .repeatInterval(asked.rule, milliseconds: asked.milliseconds, node: node)
    }
    let bar = PercentLine("counting again")
    let rows = try RulePreview.run(file, change, progress: bar.show)
    bar.end()
    if rows.isEmpty {
      print("nothing would change")
      return
    }
    for line in PreviewTable(rows: rows).lines { print(line) }
    print("nothing was changed; to do it, \(todo)")
  }

  private var todo: String {
    registry.map { "start the service with --registry \($0)" }
      ?? "write the interval of these touchpoints into the registry and start the service"
  }

  /// `lockout/1:5` and `visit/1:0.5`: the rule and its interval in seconds.
  private func askedRule() throws -> (rule: CountingRuleName, milliseconds: Int) {
    let text = rule ?? ""
    if let match = text.wholeMatch(of: /([a-z]+\/1):([0-9]{1,4})(?:\.([0-9]{1,3}))?/),
      let rule = CountingRuleName(rawValue: String(match.1)), let seconds = Int(match.2)
    {
      let fraction = (match.3.map(String.init) ?? "").padding(
        toLength: 3, withPad: "0", startingAt: 0)
      let milliseconds = seconds * 1000 + (Int(fraction) ?? 0)
      if milliseconds <= 3_600_000 { return (rule, milliseconds) }
    }
    throw OptionError(
      "--rule", text,
      "lockout/1:SECONDS or visit/1:SECONDS, 0 to 3600 with at most three decimals")
  }
}

/// What would change, a line for each touchpoint and question, and their sum.
struct PreviewTable {
  let rows: [RulePreview.Row]

  var lines: [String] {
    let head = [
      "touchpoint", "question", "responses", "would be", "index", "would be", "excluded",
      "would be",
    ]
    let table = Columns(
      rows: [head] + rows.map(cells), right: 2...7)
    let before = rows.reduce(0) { $0 + $1.before.responses }
    let after = rows.reduce(0) { $0 + $1.after.responses }
    return table.lines + ["together \(before) responses, would be \(after)"]
  }

  private func cells(_ row: RulePreview.Row) -> [String] {
    [
      row.touchpoint, row.question, "\(row.before.responses)", "\(row.after.responses)",
      index(row.before), index(row.after), "\(row.before.excluded)", "\(row.after.excluded)",
    ]
  }

  private func index(_ numbers: RulePreview.Numbers) -> String {
    happyIndexText(numbers.counts)
  }
}
