import Crypto
public import Foundation

/// What a device is offered to run, signed by who makes its firmware: SPEC M1 to M3.
public struct FirmwareManifest: Codable, Sendable, Equatable {
  /// What kind of device it is for, as in its status.
  public var model: String
  /// As a device says it in its status once it runs it.
  public var version: String
  /// When it was signed, UTC seconds since 1970: a device takes nothing older than it took before.
  public var issued: Int64
  /// Of the file, 64 hexadecimal digits in small letters.
  public var sha256: String
  /// Where the file lies; the service hands out the manifest, not the file.
  public var url: String
  /// Ed25519 over ``signedBytes``, 64 bytes in base64; empty while it is not signed.
  public var signature: String

  public static let urlCharactersMax = 512

  /// - Throws: `FirmwareRefusal` for a part that cannot be one.
  public init(
    model: String, version: String, issued: Int64, sha256: String, url: String,
    signature: String = ""
  ) throws(FirmwareRefusal) {
    self.model = model
    self.version = version
    self.issued = issued
    self.sha256 = sha256
    self.url = url
    self.signature = signature
    try check()
  }

  /// Reads the JSON of a manifest; members that it does not know are ignored.
  ///
  /// - Throws: `FirmwareRefusal`.
  public init(json: Data) throws(FirmwareRefusal) {
    do {
      self = try JSONDecoder().decode(Self.self, from: json)
    } catch {
      throw FirmwareRefusal(
        "it is no manifest; a manifest is a JSON object with model, version, issued, sha256, url and "
          + "signature")
    }
    try check()
  }

  /// One line of JSON.
  public var json: Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Texts and a number always make JSON.
    return (try? encoder.encode(self)) ?? Data()
  }

  /// What the signature is over: six lines, each ended by a line feed.
  public var signedBytes: Data {
    let lines = ["pikapalaute-firmware/1", model, version, String(issued), sha256, url]
    return Data(lines.map { $0 + "\n" }.joined().utf8)
  }

  /// Of a file, as ``sha256`` has it; nil when it cannot be read.
  public static func sha256(ofFile path: String) -> String? {
    guard let file = FileHandle(forReadingAtPath: path) else { return nil }
    var hash = SHA256()
    do {
      while let part = try file.read(upToCount: 1 << 20), !part.isEmpty { hash.update(data: part) }
    } catch {
      return nil
    }
    return hash.finalize().map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }

  private func check() throws(FirmwareRefusal) {
    for (name, value) in [("model", model), ("version", version)] {
      let isName =
        (1...64).contains(value.utf8.count) && value.utf8.allSatisfy(Self.isNameByte)
      if !isName {
        throw FirmwareRefusal(
          "\(name) '\(value)' is wrong; allowed: 1 to 64 letters, digits, '.', '_', '+' or '-'")
      }
    }
    if issued < 0 { throw FirmwareRefusal("issued \(issued) is wrong; allowed: 0 or more") }
    guard sha256.utf8.count == 64, sha256.utf8.allSatisfy(Self.isDigit) else {
      throw FirmwareRefusal(
        "sha256 '\(sha256)' is wrong; allowed: 64 hexadecimal digits in small letters")
    }
    guard url.hasPrefix("https://") || url.hasPrefix("http://"),
      url.utf8.count <= Self.urlCharactersMax, url.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else {
      throw FirmwareRefusal(
        "url '\(url)' is wrong; allowed: http[s]://…, \(Self.urlCharactersMax) characters of ASCII, no "
          + "blanks")
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "+"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}

/// Why a manifest, a key or an offer is refused, in one line.
public struct FirmwareRefusal: Error, Equatable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) {
    self.description = description
  }
}
