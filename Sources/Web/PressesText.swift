import Foundation
import Ingest
import Store

/// Single presses, `GET /api/v1/presses`, as CSV or JSON.
///
/// A press at a visit says its hour only and neither device nor order, so that no visit can be
/// told from another.
struct PressesText: Sendable {
  let lines: [PressesPage.Line]
  /// The cursor of the next page; nil = this is the last.
  let next: String?

  func csv() -> [UInt8] {
    var text =
      "touchpoint,question,at,button,outcome,estimated,imported,device,received_at,count,epoch,"
      + "sequence,segment,frame,excluded_by_at,excluded_by_epoch,excluded_by_sequence\r\n"
    for line in lines {
      let press = line.press
      let before = line.excludedBy
      let cells: [String?] = [
        line.touchpoint, line.question, line.at, press.button.map { "\($0)" },
        press.outcome.rawValue, "\(press.isEstimated)", "\(line.isImported)", line.device,
        line.receivedAt, "\(press.count)", line.epoch.map { "\($0)" },
        line.sequence.map { "\($0)" }, line.segment.map { "\($0)" }, line.frame.map { "\($0)" },
        before.map(at), before?.epoch.map { "\($0)" }, before?.sequence.map { "\($0)" },
      ]
      text += cells.map { $0 ?? "" }.joined(separator: ",") + "\r\n"
    }
    return Array(text.utf8)
  }

  func json() -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.list("presses", lines, write)
      json.member("next", next)
    }
    return json.bytes
  }

  private func write(_ line: PressesPage.Line, _ json: inout JSONText) {
    json.member("touchpoint", line.touchpoint)
    json.member("question", line.question)
    json.member("at", line.at)
    json.member("button", line.press.button)
    json.member("outcome", line.press.outcome.rawValue)
    json.member("estimated", line.press.isEstimated)
    json.member("imported", line.isImported)
    json.member("device", line.device)
    json.member("received_at", line.receivedAt)
    json.member("count", line.press.count)
    json.member("epoch", line.epoch)
    json.member("sequence", line.sequence)
    json.member("segment", line.segment)
    json.member("frame", line.frame)
    guard let before = line.excludedBy else {
      json.member("excluded_by", json: nil)
      return
    }
    json.member("excluded_by") { json in
      json.member("at", at(before))
      json.member("epoch", before.epoch.map(Int.init))
      json.member("sequence", before.sequence.map(Int.init))
    }
  }

  private func at(_ press: CountedPress.Reference) -> String {
    RFC3339.format(milliseconds: press.atMilliseconds)
  }
}

/// What of a press is shown: at a visit nothing by which it could be found again.
extension PressesPage.Line {
  fileprivate var at: String { RFC3339.format(milliseconds: key.atMilliseconds) }

  fileprivate var receivedAt: String? {
    isVisit ? nil : press.receivedAtMilliseconds.map(RFC3339.format(milliseconds:))
  }

  fileprivate var epoch: Int? { isVisit ? nil : press.epoch.map(Int.init) }
  fileprivate var sequence: Int? { isVisit ? nil : press.sequence.map(Int.init) }
  fileprivate var segment: Int? { isVisit ? nil : press.position.map { Int($0.segment) } }
  fileprivate var frame: Int? { isVisit ? nil : press.position?.frame }
  fileprivate var excludedBy: CountedPress.Reference? { isVisit ? nil : press.excludedBy }
}
