/// The acknowledgement that is owed to a device once its batch is committed.
public struct PendingAcknowledgement: Equatable, Sendable {
  /// The device's number.
  public var device: Int
  /// nil for presses without a sequence.
  public var epoch: UInt32?
  public var next: UInt32
  public var isRewind: Bool
  /// The device speaks the JSON form.
  public var isJSON: Bool

  struct Recipient: Hashable {
    var device: Int
    var epoch: UInt32?
  }

  var recipient: Recipient { Recipient(device: device, epoch: epoch) }

  public init(device: Int, epoch: UInt32?, next: UInt32, isRewind: Bool, isJSON: Bool) {
    self.device = device
    self.epoch = epoch
    self.next = next
    self.isRewind = isRewind
    self.isJSON = isJSON
  }
}
