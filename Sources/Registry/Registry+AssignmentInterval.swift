extension Registry {
  /// An interval over all time for numbers that came without a device; nil when the touchpoint or the
  /// question is not there.
  public func interval(touchpoint: String, question: String) -> DeviceTimeline.AssignmentInterval? {
    guard touchpoint != Registry.unassigned, node(touchpoint)?.touchpoint != nil,
      let asked = self.question(question)
    else { return nil }
    return DeviceTimeline.AssignmentInterval(
      hours: 0..<Registry.hourEnd, touchpoint: touchpoint,
      sums: nodesAbove()[touchpoint] ?? [site], questions: [question], buttons: [asked.buttons],
      repeatIntervalMilliseconds: 0)
  }
}
