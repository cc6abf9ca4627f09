/// What devices are told on their config topics, retained, for as long as it holds.
public struct Configurations: Sendable, Equatable {
  /// Of each device, by its number; an empty one takes away what the broker still keeps.
  public var messages: [Int: [UInt8]]
  /// UTC since 1970: from then on some may be others; nil = never by themselves.
  public var changesAtMilliseconds: Int64?

  public init(messages: [Int: [UInt8]] = [:], changesAtMilliseconds: Int64? = nil) {
    self.messages = messages
    self.changesAtMilliseconds = changesAtMilliseconds
  }
}
