import Foundation
import Store

/// Where the next page of presses begins, in words that only the service reads.
public struct PressesCursor: Codable, Sendable {
  /// The order of presses: by time, then by place. Of one place they stand in the order of
  /// receipt; those at a visit in the order of what they show, and nothing else.
  struct Key: Codable, Sendable, Comparable {
    var atMilliseconds: Int64
    var place: [String]
    var numbers: [Int64]

    static func < (first: Key, second: Key) -> Bool {
      if first.atMilliseconds != second.atMilliseconds {
        return first.atMilliseconds < second.atMilliseconds
      }
      if first.place != second.place {
        return first.place.lexicographicallyPrecedes(second.place)
      }
      return first.numbers.lexicographicallyPrecedes(second.numbers)
    }
  }

  /// What came later than the first page is on none.
  var end: StoreReader.Snapshot.ArchiveEnd
  /// The last press of the page before.
  var key: Key
  /// Presses like it that were given already: some look the same.
  var given: Int
}

extension PressesCursor {
  /// - Returns: nil when the text is none of ours.
  public init?(_ text: String) {
    var base64 = text.replacing("-", with: "+").replacing("_", with: "/")
    base64 += String(repeating: "=", count: (4 - base64.count % 4) % 4)
    guard let data = Data(base64Encoded: base64),
      let cursor = try? JSONDecoder().decode(Self.self, from: data),
      cursor.given >= 0, cursor.given <= QueryLimits.samePressesMax
    else { return nil }
    self = cursor
  }

  /// Base64 that needs no escape in an address.
  public func text() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return try encoder.encode(self).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}
