import Pages
import Registry

/// What JSON-stat datasets of ours have in common: the names of nodes and questions, and how a dimension
/// is written.
struct JSONStatNames: Sendable {
  let registry: Registry
  /// Names are given in this language where the registry has them.
  let language: String

  func node(_ id: String) -> String { text(registry.node(id)?.name ?? [:]) ?? id }

  /// - Parameter key: a question's id, after a colon its number of buttons where there are several.
  func question(_ key: String) -> String {
    let parts = key.split(separator: ":").map(String.init)
    let asked = registry.question(parts[0])
    var text = text(asked?.text ?? [:]) ?? asked?.withHelpOf ?? parts[0]
    if asked?.withHelpOf != nil { text = (Language(code: language) ?? .fi).withHelp(text) }
    return parts.count > 1 ? "\(text) (\(parts[1]))" : text
  }

  /// In the language asked for, else in Finnish, else in any.
  private func text(_ texts: [String: String]) -> String? {
    texts[language] ?? texts["fi"] ?? texts.min { $0.key < $1.key }?.value
  }

  static func dimension(
    _ name: String, _ ids: [String], _ labels: [String], _ json: inout JSONWriter
  ) {
    json.member(name) { json in
      json.member("label", name)
      json.member("category") { json in
        json.member("index", ids)
        json.member("label") { json in
          for (id, label) in zip(ids, labels) { json.member(id, label) }
        }
      }
    }
  }

  /// The keys of the series' questions: one that had another number of buttons once is two categories;
  /// no id has a colon.
  static func questionKeys(_ series: [(question: String, buttons: Int)]) -> [String] {
    var buttons: [String: Set<Int>] = [:]
    for one in series { buttons[one.question, default: []].insert(one.buttons) }
    return series.map {
      buttons[$0.question]?.count == 1 ? $0.question : "\($0.question):\($0.buttons)"
    }
  }
}
