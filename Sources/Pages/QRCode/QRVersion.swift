/// A size of QR code with error correction level M, from ISO/IEC 18004: tables 1, 9 and E.1.
struct QRVersion: Equatable {
  /// 1…10.
  let number: Int
  /// Of data and error correction, in all blocks.
  private let codewords: Int
  /// Error correction codewords of each block.
  let checkBytes: Int
  let blocks: Int
  /// Rows and columns on whose crossings alignment patterns stand.
  let alignments: [Int]

  /// Modules of an edge.
  var size: Int { 17 + 4 * number }
  var dataBytes: Int { codewords - checkBytes * blocks }
  /// Bits of the length of a text of bytes.
  var lengthBits: Int { number < 10 ? 8 : 16 }
  /// Bytes of a text that it holds, at most.
  var textBytesMax: Int { (dataBytes * 8 - 4 - lengthBits) / 8 }

  static let all = [
    QRVersion(number: 1, codewords: 26, checkBytes: 10, blocks: 1, alignments: []),
    QRVersion(number: 2, codewords: 44, checkBytes: 16, blocks: 1, alignments: [6, 18]),
    QRVersion(number: 3, codewords: 70, checkBytes: 26, blocks: 1, alignments: [6, 22]),
    QRVersion(number: 4, codewords: 100, checkBytes: 18, blocks: 2, alignments: [6, 26]),
    QRVersion(number: 5, codewords: 134, checkBytes: 24, blocks: 2, alignments: [6, 30]),
    QRVersion(number: 6, codewords: 172, checkBytes: 16, blocks: 4, alignments: [6, 34]),
    QRVersion(number: 7, codewords: 196, checkBytes: 18, blocks: 4, alignments: [6, 22, 38]),
    QRVersion(number: 8, codewords: 242, checkBytes: 22, blocks: 4, alignments: [6, 24, 42]),
    QRVersion(number: 9, codewords: 292, checkBytes: 22, blocks: 5, alignments: [6, 26, 46]),
    QRVersion(number: 10, codewords: 346, checkBytes: 26, blocks: 5, alignments: [6, 28, 50]),
  ]
}
