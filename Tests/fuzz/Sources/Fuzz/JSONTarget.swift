import Foundation
import Ingest

/// The JSON form over MQTT, as it came and with `{` put before it.
@Sendable
func fuzzJSON(_ input: [UInt8]) {
  let payload = input.first == 0x7B ? input : [0x7B] + input
  let driver = FuzzEngine.fresh()
  let reason = driver.receive(payload, topic: driver.pressTopic)
  if reason != nil {
    require(driver.store.presses == 0 && driver.store.segment.isEmpty, "refused and counted")
    return
  }
  // A gap without `oldest` is answered with REWIND: well-formed, and nothing is counted.
  let isRewind = driver.store.segment.isEmpty
  let allowed = isRewind ? 0...0 : 1...1000
  require(allowed.contains(driver.store.presses), "\(driver.store.presses) presses")
  require(String(validating: payload, as: UTF8.self) != nil, "not UTF-8")
  require(!payload.contains(0), "a NUL is no JSON: UTF-16, or not escaped")
  driver.checkArchive()
  let again = driver.receive(payload, topic: driver.pressTopic)
  require(again == nil, "a repeated message is quarantined: \(again as Any)")
}
