/// A path with its query: the whole state of a page, so that it can be shared.
public struct Address: Sendable, Equatable {
  public var path: String
  /// In the order in which they are written.
  public var query: [(name: String, value: String)]

  public init(_ path: String, _ query: [(name: String, value: String?)] = []) {
    self.path = path
    self.query = query.compactMap { name, value in value.map { (name, $0) } }
  }

  public static func == (a: Address, b: Address) -> Bool { a.text == b.text }

  /// The same with one parameter set anew; nil = without it.
  public func with(_ name: String, _ value: String?) -> Address {
    var others = self
    if let place = query.firstIndex(where: { $0.name == name }), let value {
      others.query[place].value = value
      return others
    }
    others.query.removeAll { $0.name == name }
    if let value { others.query.append((name, value)) }
    return others
  }

  /// As it stands in a link.
  public var text: String {
    guard !query.isEmpty else { return path }
    return path + "?"
      + query.map { "\(Address.escaped($0.name))=\(Address.escaped($0.value))" }
      .joined(separator: "&")
  }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        escaped.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        escaped += byte < 16 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return escaped
  }
}
