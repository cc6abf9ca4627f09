import CivilTime
import Foundation
import Registry
import Testing

@Suite struct RegistryEditTests {
  /// A file as people write them: comments, braces and indentation mixed.
  static let file = """
    # The city's registry.
    site: helsinki
    time_zone: Europe/Helsinki   # summer and winter
    questions:
      - {id: palvelu, buttons: 4, text: {fi: "Kuinka, {meni}?", en: It's ok}}
      - {id: viisi, buttons: 5}
    nodes:
      - id: kallio
        kind: unit
        nodes:
          # By the door.
          - id: aula
            kind: touchpoint
            question: palvelu
            devices:
              # The first one.
              - {id: hn-1, to: 2019-05-13}   # broken {
              - {id: rd-42, from: 2019-05-13, question: viisi}
          - id: ovi
            kind: touchpoint
            question: palvelu
            devices:
              - id: rd-43
                from: 2020-01-01   # new
                question: viisi
          - {id: piha, kind: touchpoint, question: palvelu,
             devices: [{id: rd-44}]}
          - {id: sali, kind: touchpoint, question: viisi, devices: []}
      - id: tupa
        kind: touchpoint
        question: palvelu
        name: {fi: Tupa}

    """

  static let zone = ZoneOffsets(TimeZone(identifier: "Europe/Helsinki") ?? .gmt)

  static func minute(_ text: String) throws -> UTCMinute { try SiteMinute.parse(text, zone) }

  static func edited(_ changes: DeviceChange..., file: String = file) throws -> String {
    try RegistryEdit(yaml: file, name: "r.yaml").applying(changes)
  }

  /// The lines that are new, and those that are gone.
  static func difference(_ edited: String, _ file: String = file) -> (new: [String], old: [String])
  {
    let (before, after) = (file.split(separator: "\n"), edited.split(separator: "\n"))
    let difference = after.difference(from: before)
    return (
      difference.insertions.map {
        if case .insert(_, let line, _) = $0 { return line.trimmingCharacters(in: .whitespaces) }
        return ""
      },
      difference.removals.map {
        if case .remove(_, let line, _) = $0 { return line.trimmingCharacters(in: .whitespaces) }
        return ""
      }
    )
  }

  @Test("a terminal is replaced at a minute, and asks what the old one asked")
  func replace() throws {
    let at = try Self.minute("2026-05-13T14:00")
    let (new, old) = Self.difference(
      try Self.edited(.replace(device: "rd-42", by: "rd-99", at: at)))
    #expect(old == ["- {id: rd-42, from: 2019-05-13, question: viisi}"])
    #expect(
      new == [
        "- {id: rd-42, from: 2019-05-13, question: viisi, to: 2026-05-13T14:00}",
        "- {id: rd-99, from: 2026-05-13T14:00, question: viisi}",
      ])
  }

  @Test("in indentation an end is a line of its own, and what stood there stays as it is")
  func block() throws {
    let at = try Self.minute("2026-05-13")
    let (new, old) = Self.difference(
      try Self.edited(.move(device: "rd-43", touchpoint: "aula", at: at)))
    #expect(old == [])
    #expect(new == ["- {id: rd-43, from: 2026-05-13}", "to: 2026-05-13"])
    let replaced = try Self.edited(.replace(device: "rd-43", by: "rd-99", at: at))
    let lines = [
      "            from: 2020-01-01   # new", "            to: 2026-05-13",
      "            question: viisi",
      "          - {id: rd-99, from: 2026-05-13, question: viisi}", "",
    ]
    #expect(replaced.contains(lines.joined(separator: "\n")), "\(replaced)")
  }

  @Test(
    "in braces an entry comes into the list, whether it is empty or not, and where there is none")
  func braces() throws {
    let at = try Self.minute("2026-05-13T07:05")
    let yard = try Self.edited(.move(device: "rd-44", touchpoint: "sali", at: at))
    #expect(yard.contains("devices: [{id: rd-44, to: 2026-05-13T07:05}]}"))
    #expect(yard.contains("devices: [{id: rd-44, from: 2026-05-13T07:05}]}"))
    let replaced = try Self.edited(.replace(device: "rd-44", by: "rd-99", at: at))
    #expect(
      replaced.contains(
        "[{id: rd-44, to: 2026-05-13T07:05}, {id: rd-99, from: 2026-05-13T07:05}]}"))
    let added = try Self.edited(.add(device: "rd-99", touchpoint: "tupa", from: nil))
    #expect(
      added.hasSuffix("    name: {fi: Tupa}\n    devices:\n      - {id: rd-99}\n"), "\(added)")
  }

  @Test("many devices are added at once, in the order in which they were given")
  func many() throws {
    let changes = (0..<500).map {
      DeviceChange.add(device: "p-\($0)", touchpoint: $0 % 2 == 0 ? "tupa" : "aula", from: 0)
    }
    let text = try RegistryEdit(yaml: Self.file, name: "r.yaml").applying(changes)
    let registry = try Registry(yaml: text, name: "r.yaml")
    let here = registry.node("tupa")?.touchpoint?.assignments.map(\.device)
    #expect(here == stride(from: 0, to: 500, by: 2).map { "p-\($0)" })
    #expect(registry.node("aula")?.touchpoint?.assignments.count == 252)
  }

  @Test("a device that leaves earlier than was planned has one end, the earlier")
  func earlier() throws {
    let file = Self.file.replacing(
      "{id: rd-44}", with: "{id: rd-44, from: 2020-01-01, to: '2027-01-01'}")
    let text = try Self.edited(
      .retire(device: "rd-44", at: try Self.minute("2026-10-25T03:30+02:00")), file: file)
    #expect(text.contains("{id: rd-44, from: 2020-01-01, to: 2026-10-25T03:30+02:00}"))
  }

  @Test("a device that comes back to where it was gets a second entry")
  func back() throws {
    let (there, back) = (try Self.minute("2026-05-13T14:00"), try Self.minute("2026-05-13T14:20"))
    let moved = try Self.edited(.move(device: "rd-44", touchpoint: "tupa", at: there))
    let text = try Self.edited(.move(device: "rd-44", touchpoint: "piha", at: back), file: moved)
    let timeline = try Registry(yaml: text, name: "r.yaml").timelines.first { $0.device == "rd-44" }
    #expect(timeline?.intervals.map(\.touchpoint) == ["piha", "tupa", "piha", "piha"])
  }

  @Test(
    "what cannot be is refused with what to do next",
    arguments: [
      (DeviceChange.retire(device: "rd-421", at: 27_000_000), "did you mean 'rd-42'"),
      (.retire(device: "rd-24", at: 27_000_000), "pikapalaute device add rd-24"),
      (.retire(device: "hn-1", at: 27_000_000), "serves 'aula' since ever until 2019-05-13"),
      (.move(device: "rd-42", touchpoint: "aulla", at: 29_000_000), "did you mean 'aula'"),
      (.move(device: "rd-42", touchpoint: "aula", at: 29_000_000), "already"),
      (.move(device: "rd-42", touchpoint: "kallio", at: 29_000_000), "is no touchpoint"),
      (.move(device: "rd-42", touchpoint: "unassigned", at: 29_000_000), "is no touchpoint"),
      (.add(device: "hn-1", touchpoint: "ovi", from: nil), "pikapalaute device move hn-1"),
      (.replace(device: "rd-42", by: "rd-43", at: 29_000_000), "device retire rd-43 --at"),
      (.replace(device: "rd-42", by: "rd-42", at: 29_000_000), "cannot take its own place"),
      (.add(device: "RD", touchpoint: "ovi", from: nil), "device id is 'RD'"),
    ])
  func refused(_ change: DeviceChange, _ told: String) throws {
    let edit = try RegistryEdit(yaml: Self.file, name: "r.yaml")
    let error = #expect(throws: RegistryEditError.self) { try edit.applying([change]) }
    #expect(error?.description.contains(told) == true, "\(error?.description ?? "")")
  }

  @Test("a text that is not seen through is refused: nothing is guessed")
  func unseen() throws {
    let alias = Self.file.replacing("{id: rd-44}", with: "&one {id: rd-44}")
    #expect(throws: RegistryEditError.self) {
      try Self.edited(.retire(device: "rd-44", at: 29_000_000), file: alias)
    }
  }

  @Test("whatever is changed in a file of any layout, only that changes, and every comment stays")
  func random() throws {
    var generator = Seeded()
    for _ in 0..<150 {
      var text = Layout.file(&generator)
      for step in 0..<6 {
        let edit = try RegistryEdit(yaml: text, name: "r.yaml")
        let change = Layout.change(&generator, step)
        // The edit itself requires that the text says what was to be said; here, that it was kept.
        guard let next = try? edit.applying([change]) else { continue }
        let comments = { (text: String) in text.count { $0 == "#" } }
        #expect(comments(next) == comments(text), "\(change)\n\(text)\n\(next)\n\(Seeded.command)")
        let gone = Self.difference(next, text).old
        #expect(gone.count <= 2, "\(change)\n\(text)\n\(next)\n\(Seeded.command)")
        text = next
      }
    }
  }
}

/// Registries of four places and some devices, laid out in any way.
private enum Layout {
  static func file(_ generator: inout Seeded) -> String {
    var text =
      "site: helsinki\ntime_zone: Europe/Helsinki\nquestions: [{id: q, buttons: 4}]\nnodes:\n"
    for place in 0..<4 {
      let devices = Int.random(in: 0...2, using: &generator)
      let entries = (0..<devices).map { "d\(place)\($0)" }
      switch Int.random(in: 0..<3, using: &generator) {
      case 0:
        text += "  - {id: t\(place), kind: touchpoint, question: q"
        if !entries.isEmpty || Bool.random(using: &generator) {
          let list = entries.map { "{id: \($0)}" }.joined(separator: ",\n    ")
          text += ", devices: [\(list)]"
        }
        text += "}  # in braces }\n"
      case 1:
        text += "  - id: t\(place)  # by lines\n    kind: touchpoint\n    question: q\n"
        if !entries.isEmpty {
          text += "    devices:\n"
          for entry in entries { text += "    - id: '\(entry)'  # it's one\n      question: q\n" }
        }
      default:
        text += "  - kind: touchpoint\n    id: \"t\(place)\"\n    devices:"
        text += entries.isEmpty ? " []\n" : "\n"
        for entry in entries { text += "      - {id: \(entry)}   # [\n\n" }
        text += "    # {\n    question: q\n"
      }
    }
    return Bool.random(using: &generator) ? text : String(text.dropLast())
  }

  static func change(_ generator: inout Seeded, _ step: Int) -> DeviceChange {
    func device() -> String {
      "d\(Int.random(in: 0..<4, using: &generator))\(Int.random(in: 0..<2, using: &generator))"
    }
    let touchpoint = "t\(Int.random(in: 0..<4, using: &generator))"
    let at = 29_000_000 + step * 1000 + Int.random(in: 0..<900, using: &generator)
    switch Int.random(in: 0..<4, using: &generator) {
    case 0: return .add(device: "new-\(step)", touchpoint: touchpoint, from: at)
    case 1: return .replace(device: device(), by: "new-\(step)", at: at)
    case 2: return .retire(device: device(), at: at)
    default: return .move(device: device(), touchpoint: touchpoint, at: at)
    }
  }
}
