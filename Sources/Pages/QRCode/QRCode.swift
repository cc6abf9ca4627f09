/// A text as a QR code: bytes, error correction level M (15 % may be lost), versions 1 to 10.
///
/// O(modules); draws nothing that a camera reads with doubt: four modules of white stand around it.
struct QRCode {
  /// Modules of an edge, without the white around.
  let size: Int
  /// By row: whether a module is dark.
  private(set) var modules: [[Bool]]
  /// Modules that hold no data: finders, timing, alignment, format, version.
  private var isFixed: [[Bool]]

  /// White modules around.
  private static let margin = 4

  /// - Returns: nil for a text of more than 213 bytes.
  init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard let version = QRVersion.all.first(where: { bytes.count <= $0.textBytesMax }) else {
      return nil
    }
    size = version.size
    modules = Array(repeating: Array(repeating: false, count: size), count: size)
    isFixed = modules
    drawFixed(version)
    drawData(QRData.codewords(bytes, version))
    chooseMask()
  }

  // MARK: What does not depend on the text

  private mutating func set(_ row: Int, _ column: Int, _ isDark: Bool) {
    modules[row][column] = isDark
    isFixed[row][column] = true
  }

  private mutating func drawFixed(_ version: QRVersion) {
    for place in 0..<size {
      set(6, place, place % 2 == 0)
      set(place, 6, place % 2 == 0)
    }
    for (row, column) in [(3, 3), (3, size - 4), (size - 4, 3)] { drawFinder(row, column) }
    let places = version.alignments
    for (row, column) in places.flatMap({ row in places.map { (row, $0) } }) {
      // Three corners have finders.
      if [row, column] == [6, 6] || [row, column].sorted() == [6, size - 7] { continue }
      for (dy, dx) in Self.square(2) { set(row + dy, column + dx, max(abs(dy), abs(dx)) != 1) }
    }
    drawFormat(mask: 0)
    if version.number >= 7 { drawVersion(version.number) }
  }

  private mutating func drawFinder(_ row: Int, _ column: Int) {
    for (dy, dx) in Self.square(4)
    where modules.indices.contains(row + dy) && modules.indices.contains(column + dx) {
      let distance = max(abs(dy), abs(dx))
      set(row + dy, column + dx, distance != 2 && distance != 4)
    }
  }

  private static func square(_ reach: Int) -> [(Int, Int)] {
    (-reach...reach).flatMap { dy in (-reach...reach).map { (dy, $0) } }
  }

  /// Level M (00) and the mask, twice, with ten bits of error correction.
  private mutating func drawFormat(mask: Int) {
    let bits = (mask << 10 | Self.check(mask, bits: 10, divisor: 0x537)) ^ 0x5412
    for bit in 0..<15 {
      let isDark = bits >> bit & 1 == 1
      switch bit {
      case ..<6: set(bit, 8, isDark)
      case 6, 7: set(bit + 1, 8, isDark)
      case 8: set(8, 7, isDark)
      default: set(8, 14 - bit, isDark)
      }
      if bit < 8 { set(8, size - 1 - bit, isDark) } else { set(size - 15 + bit, 8, isDark) }
    }
    set(size - 8, 8, true)
  }

  private mutating func drawVersion(_ number: Int) {
    let bits = number << 12 | Self.check(number, bits: 12, divisor: 0x1F25)
    for bit in 0..<18 {
      let (near, far) = (bit / 3, size - 11 + bit % 3)
      set(near, far, bits >> bit & 1 == 1)
      set(far, near, bits >> bit & 1 == 1)
    }
  }

  /// The remainder of a binary polynomial.
  private static func check(_ value: Int, bits: Int, divisor: Int) -> Int {
    var rest = value
    for _ in 0..<bits { rest = rest << 1 ^ (rest >> (bits - 1) & 1) * divisor }
    return rest
  }

  // MARK: The text

  /// Two columns at a time from the right, up and down in turn.
  private mutating func drawData(_ words: [UInt8]) {
    var bit = 0
    for pair in 0..<((size - 1) / 2) {
      // The upright timing pattern's column is passed over.
      let right = size - 1 - 2 * pair
      let column = right > 6 ? right : right - 1
      for step in 0..<size {
        let row = pair % 2 == 0 ? size - 1 - step : step
        for column in [column, column - 1] where !isFixed[row][column] && bit < words.count * 8 {
          modules[row][column] = words[bit / 8] >> (7 - bit % 8) & 1 == 1
          bit += 1
        }
      }
    }
  }

  private mutating func chooseMask() {
    var best = (penalty: Int.max, mask: 0)
    for mask in 0..<8 {
      apply(mask)
      drawFormat(mask: mask)
      let penalty = QRPenalty.of(modules)
      if penalty < best.penalty { best = (penalty, mask) }
      apply(mask)
    }
    apply(best.mask)
    drawFormat(mask: best.mask)
  }

  /// Twice is as never.
  private mutating func apply(_ mask: Int) {
    for row in 0..<size {
      for column in 0..<size where !isFixed[row][column] {
        let inverts =
          switch mask {
          case 0: (row + column) % 2 == 0
          case 1: row % 2 == 0
          case 2: column % 3 == 0
          case 3: (row + column) % 3 == 0
          case 4: (row / 2 + column / 3) % 2 == 0
          case 5: row * column % 2 + row * column % 3 == 0
          case 6: (row * column % 2 + row * column % 3) % 2 == 0
          default: ((row + column) % 2 + row * column % 3) % 2 == 0
          }
        if inverts { modules[row][column].toggle() }
      }
    }
  }

  // MARK: The picture

  /// As SVG: dark on white in every theme, since cameras want it so.
  func svg(label: String) -> Markup {
    let edge = size + 2 * Self.margin
    var path: Markup = ""
    for (row, line) in modules.enumerated() {
      var column = 0
      while column < size {
        let run = line[column...].prefix { $0 }.count
        if run > 0 {
          path += "M\(column + Self.margin) \(row + Self.margin)h\(run)v1h-\(run)z"
        }
        column += max(run, 1)
      }
    }
    return """
      <svg class="qr" viewBox="0 0 \(edge) \(edge)" role="img" aria-label="\(label)" shape-rendering="crispEdges">\
      <rect width="\(edge)" height="\(edge)" fill="#fff"/><path d="\(path)" fill="#000"/></svg>
      """
  }
}
