public import Foundation

/// The protocol's machine-readable examples, `firmware-protocol/vectors`.
public enum Vectors {
  /// The project's own folder.
  public static var root: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
  }

  /// A file of vectors, such as `frames.json`.
  public static func load<File: Decodable>(_ type: File.Type, _ name: String) throws -> File {
    let url = root.appendingPathComponent("firmware-protocol/vectors/\(name)")
    return try JSONDecoder().decode(type, from: Data(contentsOf: url))
  }

  /// The bytes that hex digits stand for; nil when they are none.
  public static func bytes(hex: String) -> [UInt8]? {
    let digits = hex.compactMap(\.hexDigitValue)
    guard digits.count == hex.count, digits.count % 2 == 0 else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
  }

  public static func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}

/// One value of a list that holds numbers and nulls.
public struct NumberOrNull: Decodable, Sendable, Equatable {
  public let value: Int?

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    value = container.decodeNil() ? nil : try container.decode(Int.self)
  }
}
