import FirmwareProtocol
import TestSupport
import Testing

@Suite struct FrameRoundTripTests {
  static func frame(presses: Int, using generator: inout Seeded) -> PlainFrame {
    let count = UInt32(presses)
    let first = generator.pick([
      0, 0xFFFF_FFFF - count, UInt32.random(in: 0...0xFFFF_FFFF - count, using: &generator),
    ])
    return PlainFrame(
      isUTC: Bool.random(using: &generator), isOldest: Bool.random(using: &generator),
      epoch: Int(UInt32.random(in: 0 ... .max, using: &generator)), first: Int(first),
      sentAt: Int(UInt32.random(in: 0 ... .max, using: &generator)),
      presses: (0..<presses).map { _ in
        PlainPress(
          at: generator.oneIn(5)
            ? nil : Int(UInt32.random(in: 0...0xFFFF_FFFE, using: &generator)),
          milliseconds: Int.random(in: 0...999, using: &generator),
          button: Int.random(in: 0...255, using: &generator),
          slot: Int.random(in: 0...15, using: &generator))
      })
  }

  @Test("every frame that can be written is read back as it was")
  func roundTrip() throws {
    var generator = Seeded(stream: 1)
    var sizes = [1, 2, 999, 1000]
    for _ in 0..<500 { sizes.append(Int.random(in: 1...60, using: &generator)) }
    for size in sizes {
      let frame = Self.frame(presses: size, using: &generator)
      let bytes = frame.bytes
      #expect(bytes.count == 20 + 8 * size)
      #expect(try PlainFrame(bytes) == frame, "\(Seeded.command)")
    }
  }

  @Test("a frame with any one bit flipped is refused", arguments: [1, 2, 7, 100])
  func flips(presses: Int) {
    var generator = Seeded(stream: UInt64(10 + presses))
    var bytes = Self.frame(presses: presses, using: &generator).bytes
    for bit in 0..<bytes.count * 8 {
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      let damaged = try? PressFrame.decode(unsafe bytes.span.bytes)
      #expect(damaged == nil, "bit \(bit) of \(presses) presses, \(Seeded.command)")
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
    }
  }

  @Test("a frame that is cut short or has something after it is refused at every length")
  func lengths() {
    var generator = Seeded(stream: 3)
    let bytes = Self.frame(presses: 12, using: &generator).bytes
    for length in 0...bytes.count + 16 where length != bytes.count {
      let other = Array((bytes + [UInt8](repeating: 0, count: 16)).prefix(length))
      let read = try? PressFrame.decode(unsafe other.span.bytes)
      #expect(read == nil, "\(length) bytes, \(Seeded.command)")
    }
  }

  @Test("noise is never a frame, and reading it never traps")
  func noise() {
    var generator = Seeded(stream: 4)
    for _ in 0..<20_000 {
      let length = Int.random(in: 0...120, using: &generator)
      var bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
      // Half of it looks like a frame to begin with.
      if length > 3, Bool.random(using: &generator) {
        bytes.replaceSubrange(0..<4, with: [1, UInt8.random(in: 0...3, using: &generator), 1, 0])
      }
      let read = try? PressFrame.decode(unsafe bytes.span.bytes)
      #expect(read == nil, "\(Seeded.command)")
    }
  }

  @Test("the checksum is the one of zlib")
  func checksum() {
    let bytes = Array("123456789".utf8)
    #expect(CRC32.checksum(unsafe bytes.span.bytes, count: 9) == 0xCBF4_3926)
    #expect(CRC32.checksum(unsafe bytes.span.bytes, count: 0) == 0)
  }
}
