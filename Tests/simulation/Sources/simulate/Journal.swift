/// A press as its device wrote it down. The ledger: nothing else knows what was pressed.
struct LedgerPress {
  /// When it really happened, milliseconds since 1970, UTC.
  var trueMilliseconds: Int64
  /// The device's own clock then, milliseconds; nil = unknown.
  var ownMilliseconds: Int64?
  var button: UInt8
  var slot: UInt8
}

/// One journal of a device: go-back-N, bounded, oldest overwritten first.
///
///     0 … overwritten or acknowledged … oldest … cursor … presses.count
///                                         held and sent   not yet sent
final class Journal {
  let epoch: UInt32
  /// By sequence; kept whole for the ledger's sake, whatever the device forgets.
  private(set) var presses: [LedgerPress] = []
  /// The first sequence that the device still holds.
  private(set) var oldest = 0
  /// The greatest `next_sequence` that the device was told.
  private(set) var acknowledged = 0
  /// Sequences that were overwritten before any acknowledgement covered them.
  private(set) var overwritten: [Range<Int>] = []
  /// The battery change took it: nothing of it will be sent again.
  var isAbandoned = false
  /// A counter that began anew says nothing about the presses of before.
  var areTimesForgotten = false
  /// The next sequence to send.
  private(set) var cursor = 0
  /// When to send again from the oldest.
  var silenceEnds: Int64 = 0
  var silence: Int64 = silenceMin
  private var rewoundAt: Int64 = 0

  static let silenceMin = 5 * Span.second
  static let silenceMax = 10 * Span.minute

  init(epoch: UInt32) {
    self.epoch = epoch
  }

  /// Nothing is left to be sent or acknowledged.
  var isDone: Bool { isAbandoned || oldest == presses.count }
  var isSilent: Bool { cursor > oldest }
  var hasUnsent: Bool { cursor < presses.count }

  /// Writes a press down; returns how many older ones it overwrote.
  func append(_ press: LedgerPress, capacity: Int, page: Int) -> Int {
    presses.append(press)
    if presses.count - oldest <= capacity { return 0 }
    let end = min(oldest + page, presses.count - 1)
    overwritten.append(oldest..<end)
    defer {
      oldest = end
      cursor = max(cursor, oldest)
    }
    return end - oldest
  }

  /// The sequences of the next frame.
  func depart(upTo count: Int) -> Range<Int> {
    let range = cursor..<min(presses.count, cursor + count)
    cursor = range.upperBound
    return range
  }

  /// Sends again from the oldest press held.
  func goBack() {
    cursor = oldest
    silence = min(silence * 2, Self.silenceMax)
  }

  /// Takes an acknowledgement that does not pass what was pressed.
  func acknowledge(next: Int, isRewind: Bool, now: Int64) {
    if next > acknowledged {
      acknowledged = next
      silence = Self.silenceMin
    }
    oldest = max(oldest, acknowledged)
    cursor = max(cursor, oldest)
    // The other frames of the window ask for the same: one of them is heeded.
    if isRewind && now - rewoundAt > 2 * Span.second {
      rewoundAt = now
      cursor = max(oldest, min(cursor, next))
    }
  }
}
