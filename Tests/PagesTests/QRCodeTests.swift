import Foundation
import Testing

@testable import Pages

/// That codes are read by others is seen in Tests/pages/test_phones.py, with every version.
@Suite struct QRCodeTests {
  @Test("the smallest version that holds a text is taken, up to 213 bytes")
  func versions() {
    for version in QRVersion.all {
      let full = String(repeating: "a", count: version.textBytesMax)
      #expect(QRCode(full)?.size == version.size)
    }
    #expect(QRVersion.all.map(\.textBytesMax) == [14, 26, 42, 62, 84, 106, 122, 152, 180, 213])
    #expect(QRCode(String(repeating: "a", count: 214)) == nil)
  }

  @Test("what is drawn is the text, filled up, with error correction that fits it")
  func codewords() throws {
    // Every data byte of each block, followed by its check bytes, is a multiple of the divisor: all of
    // its powers' syndromes are nothing.
    for version in QRVersion.all where version.blocks == 1 {
      let words = QRData.codewords(Array("A text".utf8), version)
      #expect(words.count == version.dataBytes + version.checkBytes)
      var root: UInt8 = 1
      for _ in 0..<version.checkBytes {
        #expect(words.reduce(0) { QRData.product($0, root) ^ $1 } == 0)
        root = QRData.product(root, 2)
      }
    }
    #expect(QRData.codewords([0x41], QRVersion.all[0]).prefix(4) == [0x40, 0x14, 0x10, 0xEC])
  }

  @Test("finders stand in three corners, a dark module beside the lower one, timing between")
  func pattern() throws {
    let code = try #require(QRCode("https://palaute.example/visit#7K3M-QX9T-0VBN"))
    #expect(code.size == 33)
    let finder = [true, false, true, true, true, false, true]
    for row in [3, code.size - 4] { #expect(Array(code.modules[row].prefix(7)) == finder) }
    #expect(Array(code.modules[3].suffix(7)) == finder)
    #expect(code.modules[code.size - 8][8])
    for place in 8..<(code.size - 8) { #expect(code.modules[6][place] == (place % 2 == 0)) }
  }

  /// Writes a code of each length into a folder, to be decoded: `QRCODES=folder swift test --filter QRCode`.
  @Test("a code is one path")
  func picture() throws {
    let folder = ProcessInfo.processInfo.environment["QRCODES"]
    for length in [1, 14, 15, 26, 42, 62, 84, 106, 122, 152, 180, 181, 213] {
      let text = String((0..<length).map { Character(Unicode.Scalar(UInt8(33 + $0 * 7 % 90))) })
      let svg = try #require(QRCode(text)).svg(label: text).text
      #expect(svg.components(separatedBy: "<path").count == 2)
      if let folder {
        try svg.replacingOccurrences(
          of: "<svg ", with: "<svg xmlns=\"http://www.w3.org/2000/svg\" "
        )
        .write(toFile: "\(folder)/\(length).svg", atomically: true, encoding: .utf8)
        try text.write(toFile: "\(folder)/\(length).txt", atomically: true, encoding: .utf8)
      }
    }
  }
}
