import Ingest
import Queries

extension PressesPage {
  /// - Parameter next: the cursor of the next page; nil = this is the last.
  func json(next: String?) -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.list("presses", lines, write)
      json.member("next", next)
    }
    return json.bytes
  }

  private func write(_ line: Line, _ json: inout JSONText) {
    json.member("touchpoint", line.touchpoint)
    json.member("question", line.question)
    json.member("at", time(line.atMilliseconds))
    json.member("button", line.button)
    json.member("outcome", line.outcome.rawValue)
    json.member("estimated", line.isEstimated)
    json.member("imported", line.isImported)
    json.member("device", line.device)
    json.member("received_at", line.receivedAtMilliseconds.map(time))
    json.member("count", line.count)
    json.member("epoch", line.epoch)
    json.member("sequence", line.sequence)
    json.member("segment", line.segment)
    json.member("frame", line.frame)
    guard let before = line.excludedBy else { return json.memberNull("excluded_by") }
    json.member("excluded_by") { json in
      json.member("at", time(before.atMilliseconds))
      json.member("epoch", before.epoch.map(Int.init))
      json.member("sequence", before.sequence.map(Int.init))
    }
  }

  func csv() -> [UInt8] {
    var csv = CSVText()
    csv.line([
      "touchpoint", "question", "at", "button", "outcome", "estimated", "imported", "device",
      "received_at", "count", "epoch", "sequence", "segment", "frame", "excluded_by_at",
      "excluded_by_epoch", "excluded_by_sequence",
    ])
    for line in lines {
      let before = line.excludedBy
      csv.line([
        line.touchpoint, line.question, time(line.atMilliseconds), line.button?.description,
        line.outcome.rawValue, "\(line.isEstimated)", "\(line.isImported)", line.device,
        line.receivedAtMilliseconds.map(time), "\(line.count)", line.epoch?.description,
        line.sequence?.description, line.segment?.description, line.frame?.description,
        before.map { time($0.atMilliseconds) }, before?.epoch?.description,
        before?.sequence?.description,
      ])
    }
    return csv.bytes
  }

  private func time(_ milliseconds: Int64) -> String {
    RFC3339.format(milliseconds: milliseconds)
  }
}
