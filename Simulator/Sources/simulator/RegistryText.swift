/// The demo city as a registry file.
enum RegistryText {
  static func yaml(_ city: City) -> String {
    var lines = [
      "# The demo city, written by `simulator make-city`.",
      "site: \(city.site)",
      "time_zone: \(city.timeZone)",
      "holidays: fi",
      "# Nothing is held back, so that `--verify` can compare hour by hour; never so where people rate.",
      "visits: {minimum: 0}",
      "questions:",
    ]
    for question in city.questions {
      lines += [
        "  - id: \(question.id)",
        "    buttons: \(question.buttons)",
        "    text: \(text(question.text))",
      ]
    }
    lines.append("nodes:")
    for service in city.services { append(service, of: city, indent: "  ", to: &lines) }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func append(
    _ node: Node, of city: City, indent: String, to lines: inout [String]
  ) {
    lines += [
      "\(indent)- id: \(node.id)",
      "\(indent)  kind: \(node.kind)",
      "\(indent)  name: \(text(node.name))",
    ]
    if node.kind == "service", let first = node.touchpoints.first {
      let hours = openingHours(city.touchpoints[first].hours)
      lines.append("\(indent)  opening_hours: \(hours)")
      lines.append("\(indent)  public: true")
    }
    if let index = node.touchpoint {
      let touchpoint = city.touchpoints[index]
      let isVisit = touchpoint.hours == .visits
      if isVisit { lines.append("\(indent)  channel: visit") }
      lines += [
        "\(indent)  question: \(city.questions[touchpoint.question].id)",
        "\(indent)  repeat_interval_s: \(touchpoint.repeatIntervalMilliseconds / 1000)",
        "\(indent)  devices:",
      ]
      let from = isVisit ? City.phonesFrom : City.terminalsFrom
      let to = touchpoint.replacement.map { ", to: \($0.from.text)" } ?? ""
      for device in touchpoint.devices {
        lines.append("\(indent)    - {id: \(device), from: \(from)\(to)}")
      }
      if let replacement = touchpoint.replacement {
        lines.append("\(indent)    - {id: \(replacement.device), from: \(replacement.from.text)}")
      }
    } else {
      lines.append("\(indent)  nodes:")
      for child in node.nodes { append(child, of: city, indent: indent + "    ", to: &lines) }
    }
  }

  private static func openingHours(_ hours: OpeningHours) -> String {
    switch hours {
    case .office: "Mo-Fr 08:00-16:00; PH off; Dec 24 off"
    case .always: "24/7"
    case .visits: "07:00-21:00"
    }
  }

  /// Quoted always: a comma in a bare flow scalar would end it.
  private static func text(_ text: Text) -> String {
    "{fi: \"\(text.fi)\", sv: \"\(text.sv)\", en: \"\(text.en)\"}"
  }
}
