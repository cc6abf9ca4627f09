import Foundation

/// What a device says of itself on its status topic; what is nil is left out.
struct StatusForm: Encodable {
  var state: String
  var model: String?
  var firmware: String?
  var epoch: UInt32?
  /// Another number after each start.
  var boot: UInt32?
  /// Presses that wait.
  var journal: Int?
  /// The revision of the configuration that it has.
  var config: Int?

  var bytes: [UInt8] {
    // Texts and numbers always make JSON.
    (try? JSONEncoder().encode(self)).map(Array.init) ?? []
  }
}
