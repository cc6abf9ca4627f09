import Foundation
import Ingest
import Registry
import Reporting
import Store

/// Single presses, `GET /api/v1/presses`, as CSV or JSON.
///
/// A press at a visit says its hour only and neither device nor order, so that no visit can be
/// told from another.
struct PressesText {
  /// Presses of one answer at most; 100 bytes each on the way.
  static let pressesMax = 100_000

  private struct Line {
    var touchpoint: String
    var question: String
    var at: String
    var button: Int
    var outcome: String
    var isEstimated: Bool
    var isImported: Bool
    var device: String?
    var receivedAt: String?

    /// Presses of an hour at a visit stand in the order of what they show, and nothing else.
    var order: [String] {
      let place = [touchpoint, question]
      if let device { return place + [device] }
      return place + ["\(button)", outcome, "\(isEstimated)", "\(isImported)"]
    }
  }

  private var lines: [Line] = []

  init(
    _ presses: [StoreReader.Snapshot.StoredPress], stays: [SiteIndex.Stay], registry: Registry,
    devices: [StoredDevice]
  ) {
    let staysByDevice = Dictionary(grouping: stays, by: \.device)
    for press in presses {
      let hour = Int(press.atMilliseconds / 3_600_000)
      guard
        let stay = staysByDevice[press.device]?.first(where: { $0.hours.contains(hour) })
      else { continue }
      let device = devices[press.device]
      let isVisit = registry.node(stay.touchpoint)?.touchpoint?.channel == .visit
      lines.append(
        Line(
          touchpoint: stay.touchpoint,
          question: stay.questions[press.slot < stay.questions.count ? press.slot : 0],
          at: RFC3339.format(
            milliseconds: isVisit ? Int64(hour) * 3_600_000 : press.atMilliseconds),
          button: press.button, outcome: press.outcome.rawValue,
          isEstimated: press.isEstimated, isImported: device.isImport,
          device: isVisit || device.isImport ? nil : device.name,
          receivedAt: isVisit
            ? nil : press.receivedAtMilliseconds.map(RFC3339.format(milliseconds:))))
    }
    lines.sort {
      $0.at != $1.at ? $0.at < $1.at : $0.order.lexicographicallyPrecedes($1.order)
    }
  }

  func csv() -> [UInt8] {
    var text =
      "touchpoint,question,at,button,outcome,estimated,imported,device,received_at\r\n"
    for line in lines {
      text +=
        "\(line.touchpoint),\(line.question),\(line.at),\(line.button),\(line.outcome),"
        + "\(line.isEstimated),\(line.isImported),\(line.device ?? ""),\(line.receivedAt ?? "")\r\n"
    }
    return Array(text.utf8)
  }

  func json() -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.list("presses", lines) { line, json in
        json.member("touchpoint", line.touchpoint)
        json.member("question", line.question)
        json.member("at", line.at)
        json.member("button", line.button)
        json.member("outcome", line.outcome)
        json.member("estimated", line.isEstimated)
        json.member("imported", line.isImported)
        json.member("device", line.device)
        json.member("received_at", line.receivedAt)
      }
    }
    return json.bytes
  }
}
