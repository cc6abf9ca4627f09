import Ingest

/// The topic parser: the first byte chooses the payload, the rest is the topic, or what
/// stands after the usual beginning.
@Sendable
func fuzzTopic(_ input: [UInt8]) {
  guard let choice = input.first else { return }
  var topic = Array(input.dropFirst())
  if choice & 1 != 0 { topic = Array("pikapalaute/v1/".utf8) + topic }
  // The device of this input is written `@`.
  // MQTT has no topics with a NUL; and other inputs' devices are registered too.
  if topic.contains(0) || String(decoding: topic, as: UTF8.self).contains("dev-") { return }
  let driver = FuzzEngine.fresh()
  let name = Array(driver.deviceName.utf8)
  topic = topic.flatMap { $0 == UInt8(ascii: "@") ? name : [$0] }
  let isStatus = choice & 2 != 0
  let payload = Array((isStatus ? "{\"state\":\"online\"}" : "{\"presses\":[{\"button\":3}]}").utf8)
  let isRetained = choice & 4 != 0
  let reason = driver.receive(payload, topic: topic, isRetained: isRetained)
  let expected = expectation(topic, name, isStatus: isStatus, isRetained: isRetained)
  require(reason == expected, "\(reason as Any), not \(expected as Any)")
  require((driver.store.presses + driver.store.statuses == 1) == (reason == nil), "counted?")
}

/// Section 7 of the specification, said plainly.
private func expectation(
  _ topic: [UInt8], _ device: [UInt8], isStatus: Bool, isRetained: Bool
) -> QuarantineReason? {
  let levels = topic.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    .map { Array($0) }
  let beginning = ["pikapalaute", "v1", "helsinki"].map { Array($0.utf8) }
  let isPress = levels.last == Array("press".utf8)
  guard levels.count == 5, Array(levels[..<3]) == beginning,
    isPress || levels[4] == Array("status".utf8)
  else { return .foreignTopic }
  if levels[3] != device { return .unregisteredDevice }
  if !isPress { return isStatus ? nil : .malformedStatus }
  if isRetained { return .retained }
  return isStatus ? .malformedJSON : nil
}
