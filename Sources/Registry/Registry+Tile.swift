extension Registry {
  /// A tile over all time for numbers that came without a device; nil when the touchpoint or the
  /// question is not there.
  public func tile(touchpoint: String, question: String) -> DeviceTimeline.Tile? {
    guard touchpoint != Registry.unassigned, node(touchpoint)?.touchpoint != nil,
      let asked = self.question(question)
    else { return nil }
    return DeviceTimeline.Tile(
      hours: 0..<Registry.hourEnd, touchpoint: touchpoint,
      sums: nodesAbove()[touchpoint] ?? [site], questions: [question], buttons: [asked.buttons],
      repeatIntervalMilliseconds: 0)
  }
}
