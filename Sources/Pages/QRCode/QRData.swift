/// The bytes that a QR code is drawn of: the text, filled up, with error correction, in the order of the
/// drawing (ISO/IEC 18004, 7.4 to 7.6).
enum QRData {
  /// - Parameter text: of `version.textBytesMax` bytes at most.
  static func codewords(_ text: [UInt8], _ version: QRVersion) -> [UInt8] {
    let data = filled(text, version)
    let length = version.dataBytes / version.blocks
    let longBlocks = version.dataBytes % version.blocks
    let divisor = divisor(version.checkBytes)
    var blocks: [ArraySlice<UInt8>] = []
    var start = 0
    for index in 0..<version.blocks {
      let end = start + length + (index >= version.blocks - longBlocks ? 1 : 0)
      blocks.append(data[start..<end])
      start = end
    }
    let checks = blocks.map { remainder($0, divisor) }
    // Of each block in turn the first byte, then the second; longer blocks come last.
    var words: [UInt8] = []
    for place in 0...length {
      for block in blocks where place < block.count {
        words.append(block[block.startIndex + place])
      }
    }
    for place in 0..<version.checkBytes { words += checks.map { $0[place] } }
    return words
  }

  /// Mode, length, text, end, and bytes that say nothing.
  private static func filled(_ text: [UInt8], _ version: QRVersion) -> [UInt8] {
    var bits: [Bool] = []
    func append(_ value: Int, _ count: Int) {
      for bit in (0..<count).reversed() { bits.append(value >> bit & 1 == 1) }
    }
    append(0b0100, 4)
    append(text.count, version.lengthBits)
    for byte in text { append(Int(byte), 8) }
    append(0, min(4, version.dataBytes * 8 - bits.count))
    append(0, (8 - bits.count % 8) % 8)
    var bytes = stride(from: 0, to: bits.count, by: 8).map { start in
      bits[start..<(start + 8)].reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) }
    }
    var pad: UInt8 = 0xEC
    while bytes.count < version.dataBytes {
      bytes.append(pad)
      pad ^= 0xEC ^ 0x11
    }
    return bytes
  }

  // MARK: Reed-Solomon over GF(256), polynomial x⁸ + x⁴ + x³ + x² + 1

  static func product(_ a: UInt8, _ b: UInt8) -> UInt8 {
    var product: UInt8 = 0
    for bit in (0..<8).reversed() {
      product = product << 1 ^ (product >> 7) * 0x1D
      if b >> bit & 1 == 1 { product ^= a }
    }
    return product
  }

  /// The product of `x - 2^i` for i below `degree`: its coefficients, the highest, which is 1, left out.
  private static func divisor(_ degree: Int) -> [UInt8] {
    var divisor = [UInt8](repeating: 0, count: degree - 1) + [1]
    var root: UInt8 = 1
    for _ in 0..<degree {
      for place in 0..<degree {
        divisor[place] = product(divisor[place], root)
        if place + 1 < degree { divisor[place] ^= divisor[place + 1] }
      }
      root = product(root, 2)
    }
    return divisor
  }

  private static func remainder(_ data: ArraySlice<UInt8>, _ divisor: [UInt8]) -> [UInt8] {
    var rest = [UInt8](repeating: 0, count: divisor.count)
    for byte in data {
      let factor = byte ^ rest.removeFirst()
      rest.append(0)
      for place in divisor.indices { rest[place] ^= product(divisor[place], factor) }
    }
    return rest
  }
}
