import Foundation
import Queries
import Registry
import Reporting

extension Places {
  func json() -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.member("site", site.registry.site)
      json.member("time_zone", site.timeZone)
      json.member("holidays", site.registry.holidays?.calendar.rawValue)
      json.member("questions", site.registry.questions)
      json.list("nodes", roots, write)
    }
    return json.bytes
  }

  private func write(_ node: Node, _ json: inout JSONText) {
    json.member("id", node.id)
    json.member("kind", node.kind)
    json.member("name", node.name)
    json.member("opening_hours", node.openingHours?.text)
    if let touchpoint = node.touchpoint {
      json.member("channel", touchpoint.channel.rawValue)
      json.member("questions", touchpoint.questions)
      json.member("repeat_interval_s", Double(touchpoint.repeatIntervalMilliseconds) / 1000)
      json.list("devices", touchpoint.assignments, write)
    }
    json.list("nodes", node.children, write)
  }

  private func write(_ assignment: Assignment, _ json: inout JSONText) {
    json.member("id", assignment.device)
    json.member("from", bound(assignment.hours.lowerBound, open: 0))
    json.member("to", bound(assignment.hours.upperBound, open: Registry.hourEnd))
  }

  private func bound(_ hour: Int, open: Int) -> String? {
    hour == open ? nil : site.calendar.format(hour: hour)
  }
}

extension JSONText {
  mutating func member(_ name: String, _ questions: [Question]) {
    list(name, questions) { question, json in
      json.member("id", question.id)
      json.member("buttons", question.buttons)
      json.member("text", question.text)
    }
  }
}
