import Ingest
import Store

/// The service's own numbers in Prometheus' text form, `GET /metrics`. No names of places or
/// devices: the page needs no token.
struct MetricsWriter {
  let status: IngestStatus.Snapshot
  let isStuck: Bool
  let connections: (open: Int, gaveWay: Int, refused: Int)
  let answers: (bytes: Int, waiting: Int, refused: Int)
  let files: (bytes: Int, refused: Int)
  let submissions: (requests: Int, bytes: Int, refused: Int)
  let refusedTokens: Int
  let refusedClaims: Int
  let refusals: [Refusal: Int]
  let requestTimes: RequestTimes.Numbers
  let sizes: FileSizes
  /// nil while nothing can be read, or no registry is there.
  let devices: (silent: Int, lowBattery: Int, behind: Int, erasedFrames: Int)?

  func text() -> String {
    var text = ""
    let counters = status.counters
    let numbers: [(name: String, kind: String, help: String, value: Int?)] = [
      ("frames_total", "counter", "Well-formed frames of registered devices", counters.frames),
      ("presses_total", "counter", "Presses taken for the first time", counters.presses),
      ("duplicate_frames_total", "counter", "Frames with nothing new", counters.duplicates),
      ("rewinds_total", "counter", "Frames that did not join on", counters.rewinds),
      ("status_messages_total", "counter", "Status messages taken", counters.statuses),
      ("commits_total", "counter", "Batches committed", counters.commits),
      ("store_failures_total", "counter", "Failures of the store", status.storeFailures),
      ("broker_sessions_total", "counter", "Connections to the broker", status.brokerSessions),
      ("subscribed", "gauge", "1 while subscribed", status.isSubscribed ? 1 : 0),
      ("storing", "gauge", "1 while the store writes", status.isStoring ? 1 : 0),
      ("ingest_stuck", "gauge", "1 while the ingest thread is stuck", isStuck ? 1 : 0),
      ("http_connections", "gauge", "Open connections", connections.open),
      (
        "http_connections_gave_way_total", "counter", "Silent connections closed for new ones",
        connections.gaveWay
      ),
      (
        "http_connections_refused_total", "counter", "Connections that found no place",
        connections.refused
      ),
      ("answer_bytes", "gauge", "Memory of answers on their way", answers.bytes),
      ("answers_waiting", "gauge", "Requests that wait for such memory", answers.waiting),
      ("answers_refused_total", "counter", "Requests that did not get it", answers.refused),
      ("file_bytes", "gauge", "Disk of files on their way", files.bytes),
      ("files_refused_total", "counter", "Files that found no room there", files.refused),
      (
        "submissions", "gauge", "Presses over HTTP that are read or wait, requests",
        submissions.requests
      ),
      ("submission_bytes", "gauge", "Memory kept for them", submissions.bytes),
      ("submissions_refused_total", "counter", "Those that found no room", submissions.refused),
      (
        "refused_tokens_total", "counter", "Requests with tokens unknown, withdrawn or expired",
        refusedTokens
      ),
      ("refused_claims_total", "counter", "Claim codes that opened nothing", refusedClaims),
      (
        "silent_devices", "gauge", "Devices at open touchpoints without a sign for an hour",
        devices?.silent
      ),
      (
        "low_battery_devices", "gauge", "Devices whose battery is below 2500 mV, as they said last",
        devices?.lowBattery
      ),
      (
        "devices_behind", "gauge", "Devices that report another configuration than they were told",
        devices?.behind
      ),
      (
        "erased_frames_total", "counter", "Stored frames of visits that retention erased, ever",
        devices?.erasedFrames
      ),
      ("database_bytes", "gauge", "The database without its WAL", sizes.database),
      ("wal_bytes", "gauge", "What the disk keeps for the WAL", sizes.writeAheadLog),
      ("disk_free_bytes", "gauge", "What the database's disk has left", sizes.diskFree),
    ]
    for number in numbers {
      guard let value = number.value else { continue }
      head(&text, number.name, number.kind, number.help)
      text += "pikapalaute_\(number.name) \(value)\n"
    }
    histograms(
      &text, "commit_seconds", "Time of a batch's transaction", [("", status.latencies.commits)])
    histograms(
      &text, "acknowledgement_seconds", "From reading a message of the broker to its answer",
      [("", status.latencies.answers)])
    requests(&text)
    if let skew = status.clockSkewMilliseconds {
      head(
        &text, "clock_skew_seconds", "gauge",
        "Median of devices' clocks less this machine's; frames that waited draw it down")
      text += "pikapalaute_clock_skew_seconds \(Double(skew) / 1000)\n"
    }
    head(&text, "refusals_total", "counter", "Who was not let in, or not to something, by reason")
    for reason in Refusal.allCases {
      let count = refusals[reason] ?? 0
      text += "pikapalaute_refusals_total{reason=\"\(reason.rawValue)\"} \(count)\n"
    }
    head(&text, "quarantined_messages_total", "counter", "Quarantined messages, by reason")
    for reason in QuarantineReason.allCases {
      let messages = status.quarantined[reason] ?? 0
      text += "pikapalaute_quarantined_messages_total{reason=\"\(reason.rawValue)\"} \(messages)\n"
    }
    return text
  }

  /// One metric, of each set of labels a histogram.
  func histograms(
    _ text: inout String, _ name: String, _ help: String,
    _ histograms: [(labels: String, latencies: LatencyHistogram)]
  ) {
    head(&text, name, "histogram", help)
    let bounds = LatencyHistogram.boundsMilliseconds.map { "\(Double($0) / 1000)" } + ["+Inf"]
    for (labels, latencies) in histograms {
      let (first, all) = labels.isEmpty ? ("", "") : ("\(labels),", "{\(labels)}")
      var count = 0
      for (bound, counted) in zip(bounds, latencies.counts) {
        count += counted
        text += "pikapalaute_\(name)_bucket{\(first)le=\"\(bound)\"} \(count)\n"
      }
      text += "pikapalaute_\(name)_sum\(all) \(Double(latencies.sumMilliseconds) / 1000)\n"
      text += "pikapalaute_\(name)_count\(all) \(count)\n"
    }
  }

  func head(_ text: inout String, _ name: String, _ kind: String, _ help: String) {
    text += "# HELP pikapalaute_\(name) \(help)\n# TYPE pikapalaute_\(name) \(kind)\n"
  }
}
