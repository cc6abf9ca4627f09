/// What a client takes, by its `Accept` headers: RFC 9110, 12.5.1.
///
/// Ranges that are not written by the grammar are left out, the others hold. Without any that
/// holds, everything is taken.
struct Accept: Equatable {
  /// `type/subtype;name=value;…;q=weight`.
  struct Range: Equatable {
    /// In lower case; `*` = any.
    var type: String
    var subtype: String
    /// Names in lower case.
    var parameters: [String: String] = [:]
    /// 0…1000 thousandths; 0 = not taken.
    var weight = 1000

    /// How closely it names a media type that it matches; nil when it does not match.
    fileprivate func closeness(to media: MediaType) -> Int? {
      if type == "*" { return 0 }
      guard type == media.type else { return nil }
      if subtype == "*" { return 1 }
      let isMatch = parameters.allSatisfy { name, value in
        media.parameters[name].map { $0.lowercased() == value.lowercased() } ?? false
      }
      return subtype == media.subtype && isMatch ? 2 + parameters.count : nil
    }
  }

  var ranges: [Range]

  /// - Parameter fields: the values of all `Accept` headers, in their order.
  init(_ fields: [String]) {
    ranges = fields.flatMap { field in
      HeaderScanner.split(field, at: ",").compactMap(Range.init)
    }
  }

  /// How much a media type is wanted, 0…1000 thousandths, by the range that names it most closely;
  /// nil when none does.
  func weight(of media: MediaType) -> (weight: Int, closeness: Int)? {
    ranges.compactMap { range in
      range.closeness(to: media).map { (weight: range.weight, closeness: $0) }
    }.max { ($0.closeness, $0.weight) < ($1.closeness, $1.weight) }
  }

  /// The one of `offers` that is wanted most: by weight, then by how closely it is named, then
  /// the first. Where none is wanted the first, unless the client forbids that one: a client that
  /// asks for what is not there can still read JSON.
  ///
  /// - Returns: nil when nothing that is offered may be sent.
  func best<Offer>(of offers: [Offer], _ media: (Offer) -> MediaType) -> Offer? {
    var best: (offer: Offer, weight: Int, closeness: Int)?
    for offer in offers {
      guard let wanted = weight(of: media(offer)), wanted.weight > 0 else { continue }
      if let best, (best.weight, best.closeness) >= (wanted.weight, wanted.closeness) { continue }
      best = (offer, wanted.weight, wanted.closeness)
    }
    if let best { return best.offer }
    return offers.first.flatMap { weight(of: media($0)) == nil ? $0 : nil }
  }
}

/// A media type as it is offered.
struct MediaType: Equatable {
  var type: String
  var subtype: String
  /// What a range may ask for too; names in lower case.
  var parameters: [String: String]
}

extension Accept.Range {
  /// nil when `text` is not a media range with a weight.
  fileprivate init?(_ text: Substring) {
    var pieces = HeaderScanner.split(text, at: ";")
    let names = pieces.removeFirst().split(separator: "/", omittingEmptySubsequences: false)
    guard names.count == 2, names.allSatisfy(HeaderScanner.isToken),
      names[0] != "*" || names[1] == "*"
    else { return nil }
    self.init(type: names[0].lowercased(), subtype: names[1].lowercased())
    for piece in pieces where !piece.isEmpty {
      guard let (name, value) = HeaderScanner.parameter(piece) else { return nil }
      if name == "q" {
        guard let weight = Self.weight(value) else { return nil }
        self.weight = weight
        // What follows the weight is an extension that nobody ever defined.
        return
      }
      parameters[name] = value
    }
  }

  /// Thousandths of `0`, `0.…`, `1` or `1.0…` with at most three digits; nil for anything else.
  private static func weight(_ text: String) -> Int? {
    let digits = Array(text.utf8)
    guard let first = digits.first, first == UInt8(ascii: "0") || first == UInt8(ascii: "1"),
      digits.count == 1 || digits[1] == UInt8(ascii: "."), digits.count <= 5
    else { return nil }
    var weight = Int(first - UInt8(ascii: "0"))
    for place in 0..<3 {
      let digit = place + 2 < digits.count ? digits[place + 2] : UInt8(ascii: "0")
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      weight = weight * 10 + Int(digit - UInt8(ascii: "0"))
    }
    return weight <= 1000 ? weight : nil
  }
}

/// The grammar of header fields, as far as it is needed: RFC 9110, 5.6.
private enum HeaderScanner {
  /// The parts between separators that do not stand in a quoted string, without the blanks around.
  static func split(_ text: some StringProtocol, at separator: Character) -> [Substring] {
    let text = Substring(text)
    var parts: [Substring] = []
    var start = text.startIndex
    var isQuoted = false
    var isEscaped = false
    for index in text.indices {
      let character = text[index]
      if isEscaped {
        isEscaped = false
      } else if isQuoted && character == "\\" {
        isEscaped = true
      } else if character == "\"" {
        isQuoted.toggle()
      } else if character == separator && !isQuoted {
        parts.append(trimmed(text[start..<index]))
        start = text.index(after: index)
      }
    }
    return parts + [trimmed(text[start...])]
  }

  /// `name=token` or `name="quoted"`, the name in lower case.
  static func parameter(_ text: Substring) -> (name: String, value: String)? {
    guard let equals = text.firstIndex(of: "="), isToken(text[..<equals]) else { return nil }
    let value = text[text.index(after: equals)...]
    let name = text[..<equals].lowercased()
    if isToken(value) { return (name, String(value)) }
    guard value.count >= 2, value.first == "\"", value.last == "\"" else { return nil }
    var content = ""
    var isEscaped = false
    for character in value.dropFirst().dropLast() {
      if !isEscaped && character == "\\" {
        isEscaped = true
        continue
      }
      if !isEscaped && character == "\"" { return nil }
      content.append(character)
      isEscaped = false
    }
    return isEscaped ? nil : (name, content)
  }

  static func isToken(_ text: Substring) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
      }
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " || $0 == "\t" }
    while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
    return text
  }
}
