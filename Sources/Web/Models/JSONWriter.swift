/// JSON written straight into bytes: results have many rows and few shapes.
struct JSONWriter {
  private(set) var bytes: [UInt8] = []
  private var needsComma = false

  /// - Parameter isContinued: what is written first follows a member or an element that stands in an
  ///   earlier chunk.
  init(isContinued: Bool = false) {
    needsComma = isContinued
  }

  mutating func object(_ members: (inout JSONWriter) -> Void) {
    mark(opening: UInt8(ascii: "{"))
    members(&self)
    close()
  }

  mutating func array(_ elements: (inout JSONWriter) -> Void) {
    mark(opening: UInt8(ascii: "["))
    elements(&self)
    closeList()
  }

  // MARK: Objects and lists that end in a later chunk

  /// Begins an object: the whole, or the next element of a list.
  mutating func open() {
    comma()
    mark(opening: UInt8(ascii: "{"))
  }

  mutating func open(_ name: String) {
    key(name)
    mark(opening: UInt8(ascii: "{"))
  }

  mutating func openList(_ name: String) {
    key(name)
    mark(opening: UInt8(ascii: "["))
  }

  mutating func close() {
    bytes.append(UInt8(ascii: "}"))
    needsComma = true
  }

  mutating func closeList() {
    bytes.append(UInt8(ascii: "]"))
    needsComma = true
  }

  // MARK: Members and elements

  mutating func member(_ name: String, _ value: some JSONValue) {
    key(name)
    value.append(to: &self)
  }

  mutating func memberNull(_ name: String) {
    key(name)
    raw("null")
  }

  mutating func member(_ name: String, _ members: (inout JSONWriter) -> Void) {
    key(name)
    object(members)
  }

  mutating func list<Element>(
    _ name: String, _ elements: [Element], _ write: (Element, inout JSONWriter) -> Void
  ) {
    key(name)
    array { json in
      for element in elements { json.element { write(element, &$0) } }
    }
  }

  mutating func element(_ members: (inout JSONWriter) -> Void) {
    comma()
    object(members)
  }

  mutating func element(_ value: some JSONValue) {
    comma()
    value.append(to: &self)
  }

  mutating func elementNull() {
    comma()
    raw("null")
  }

  private mutating func mark(opening mark: UInt8) {
    bytes.append(mark)
    needsComma = false
  }

  private mutating func comma() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  /// Names are words that need no escape.
  private mutating func key(_ name: String) {
    comma()
    bytes.append(UInt8(ascii: "\""))
    raw(name)
    raw("\":")
  }

  // MARK: What a `JSONValue` is made of

  /// Text that is JSON already.
  mutating func raw(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }

  /// Decimal digits, without a string in between.
  mutating func number(_ value: Int) {
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var first = digits.count
    var rest = value.magnitude
    repeat {
      first -= 1
      digits[first] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
    } while rest > 0
    for place in first..<digits.count { bytes.append(digits[place]) }
  }

  mutating func string(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0..<0x20:
        let digits = Array("0123456789abcdef".utf8)
        bytes.append(contentsOf: "\\u00".utf8)
        bytes.append(digits[Int(byte >> 4)])
        bytes.append(digits[Int(byte & 0xF)])
      default:
        bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
