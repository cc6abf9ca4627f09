public import CivilTime

/// What somebody does to a device, as an edit of the registry's text.
public enum DeviceChange: Sendable, Equatable {
  /// A device that the registry does not list stands at a touchpoint; nil = since ever.
  case add(device: String, touchpoint: String, from: UTCMinute?)
  /// It stands elsewhere from then on, for as long as it would have stayed where it was.
  case move(device: String, touchpoint: String, at: UTCMinute)
  /// Another device stands where it stood, and asks what it asked.
  case replace(device: String, by: String, at: UTCMinute)
  /// It serves no place any more.
  case retire(device: String, at: UTCMinute)
}

/// Why a registry's text was not edited: what is wrong, and what to do; nothing was changed.
public struct RegistryEditError: Error, Equatable, CustomStringConvertible {
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}
