extension MetricsWriter {
  /// Only of what was asked for since the start.
  func requests(_ text: inout String) {
    let times = requestTimes.times.sorted { $0.key < $1.key }.map { asked, histogram in
      ("route=\"\(asked.route)\",method=\"\(asked.method)\"", histogram)
    }
    histograms(
      &text, "http_request_seconds", "From a request's head to the last byte of its answer", times)
    head(&text, "http_answers_total", "counter", "Answers, by route and class of status")
    for (route, answers) in requestTimes.answers.sorted(by: { $0.key < $1.key }) {
      for (status, count) in answers.sorted(by: { $0.key < $1.key }) {
        let labels = "route=\"\(route)\",status=\"\(status)xx\""
        text += "pikapalaute_http_answers_total{\(labels)} \(count)\n"
      }
    }
  }
}
