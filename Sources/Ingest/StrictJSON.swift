import Foundation

/// JSON as devices may send it: UTF-8, and no control character but white space.
enum StrictJSON {
  /// The payload, fit for a decoder.
  ///
  /// Foundation's would take UTF-16 too, and let broken UTF-8 and control characters pass in
  /// members that nobody reads.
  ///
  /// - Throws: what is wrong, in one line.
  static func data(_ payload: RawSpan) throws(StrictJSONError) -> Data {
    let data = unsafe payload.withUnsafeBytes { unsafe Data($0) }
    guard String(validating: data, as: UTF8.self) != nil else {
      throw StrictJSONError(reason: "not UTF-8")
    }
    let isText = data.allSatisfy { $0 >= 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
    guard isText else { throw StrictJSONError(reason: "not JSON: a control character") }
    return data
  }
}

/// Why bytes are not JSON.
struct StrictJSONError: Error {
  let reason: String
}
