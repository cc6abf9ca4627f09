import Ingest

/// The service's own numbers in Prometheus' text form, `GET /metrics`. No names of places or
/// devices: the page needs no token.
struct MetricsText {
  let status: IngestStatus.Snapshot

  func text() -> String {
    var text = ""
    let counters = status.counters
    add(&text, "frames_total", "counter", "Well-formed frames of registered devices", counters.frames)
    add(&text, "presses_total", "counter", "Presses taken for the first time", counters.presses)
    add(&text, "duplicate_frames_total", "counter", "Frames that held nothing new", counters.duplicates)
    add(&text, "rewinds_total", "counter", "Frames that did not join on", counters.rewinds)
    add(&text, "status_messages_total", "counter", "Status messages taken", counters.statuses)
    add(&text, "commits_total", "counter", "Batches committed", counters.commits)
    add(&text, "store_failures_total", "counter", "Failures of the store", status.storeFailures)
    add(&text, "broker_sessions_total", "counter", "Connections to the broker", status.brokerSessions)
    add(&text, "subscribed", "gauge", "1 while subscribed to the broker", status.isSubscribed ? 1 : 0)
    add(&text, "storing", "gauge", "1 while the store writes", status.isStoring ? 1 : 0)
    head(&text, "quarantined_messages_total", "counter", "Messages put aside, by reason")
    for reason in QuarantineReason.allCases {
      let messages = status.quarantined[reason] ?? 0
      text += "pikapalaute_quarantined_messages_total{reason=\"\(reason.rawValue)\"} \(messages)\n"
    }
    return text
  }

  private func head(_ text: inout String, _ name: String, _ kind: String, _ help: String) {
    text += "# HELP pikapalaute_\(name) \(help)\n# TYPE pikapalaute_\(name) \(kind)\n"
  }

  private func add(
    _ text: inout String, _ name: String, _ kind: String, _ help: String, _ value: Int
  ) {
    head(&text, name, kind, help)
    text += "pikapalaute_\(name) \(value)\n"
  }
}
