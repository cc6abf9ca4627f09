import Registry
import Testing

/// A file that must be refused, the line that must be named, and what the message must say.
struct Refusal: Sendable, CustomTestStringConvertible {
  let what: String
  let yaml: String
  let line: Int?
  let fragments: [String]

  init(_ what: String, _ yaml: String, line: Int?, _ fragments: String...) {
    self.what = what
    self.yaml = yaml
    self.line = line
    self.fragments = fragments
  }

  var testDescription: String { what }

  func check() {
    do {
      _ = try Registry(yaml: yaml, name: "registry.yaml")
      Issue.record("accepted, but: \(what)")
    } catch {
      #expect(error.line == line, "\(error)")
      for fragment in fragments {
        #expect(error.reason.contains(fragment), "'\(fragment)' is missing in: \(error)")
      }
      #expect(!error.description.contains("\n"), "an error is one line")
      let place = line.map { "registry.yaml:\($0): " } ?? "registry.yaml: "
      #expect(error.description == place + error.reason)
    }
  }
}
