import Foundation

/// What a terminal reads of its configuration; it ignores the rest.
struct ConfigurationForm: Decodable {
  var revision: Int
  var firmware: FirmwareForm?

  /// nil for what is no configuration.
  init?(_ bytes: [UInt8]) {
    guard let form = try? JSONDecoder().decode(Self.self, from: Data(bytes)) else { return nil }
    self = form
  }
}
