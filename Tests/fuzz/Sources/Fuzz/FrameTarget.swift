import FirmwareProtocol
import Ingest

/// Frame and acknowledgement decoders, and the core behind them. An odd first byte has the
/// checksum put right, else no input would come past it.
@Sendable
func fuzzFrame(_ input: [UInt8]) {
  guard let choice = input.first else { return }
  var bytes = Array(input.dropFirst())
  if choice & 1 != 0 && bytes.count >= 4 { mendChecksum(&bytes) }
  checkAcknowledgement(bytes)
  let decoded = try? PressFrame.decode(unsafe bytes.span.bytes)
  if let header = decoded { checkFrame(bytes, header) }
  guard let first = bytes.first, first != 0x7B else { return }
  let driver = FuzzEngine.fresh()
  let reason = driver.receive(bytes, topic: driver.pressTopic)
  require((reason == nil) == (decoded != nil), "core and codec disagree: \(reason as Any)")
  if decoded != nil && choice & 2 != 0 {
    let presses = driver.store.presses
    let reason = driver.receive(bytes, topic: driver.pressTopic)
    require(reason == nil, "a repeated frame is quarantined: \(reason as Any)")
    require(driver.store.presses == presses, "a repeated frame is counted again")
  }
  if decoded != nil { driver.checkArchive() }
}

private func mendChecksum(_ bytes: inout [UInt8]) {
  let count = bytes.count - 4
  let checksum = CRC32.checksum(unsafe bytes.span.bytes, count: count)
  for index in 0..<4 {
    bytes[count + index] = UInt8(truncatingIfNeeded: checksum >> (8 * UInt32(index)))
  }
}

/// What is decoded and encoded again is the same.
private func checkFrame(_ bytes: [UInt8], _ header: FrameHeader) {
  let presses = (0..<Int(header.count)).map { PressFrame.press($0, of: unsafe bytes.span.bytes) }
  var again = [UInt8](repeating: 0, count: bytes.count)
  var span = again.mutableSpan
  var raw = unsafe span.mutableBytes
  _ = PressFrame.encode(header, presses: presses.span, into: &raw)
  require(again == bytes, "the frame is not its own encoding")
}

private func checkAcknowledgement(_ bytes: [UInt8]) {
  guard let answer = try? Acknowledgement.decode(unsafe bytes.span.bytes) else { return }
  require(answer.bytes == bytes, "the acknowledgement is not its own encoding")
}
