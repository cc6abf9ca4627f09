import FirmwareProtocol

/// Device numbers by name, looked up from the bytes of a topic.
///
/// Names are at most 31 bytes (the topic's form); the table is open-addressed, at most
/// half full, and never changes after the start.
@safe
struct DeviceDirectory: ~Copyable {
  private struct Entry {
    var name = InlineArray<31, UInt8>(repeating: 0)
    var count: UInt8 = 0
    var device: Int32 = -1
  }

  static var nameBytesMax: Int { @_noAllocation @_noLocks get { 31 } }
  private let entries: UnsafeMutablePointer<Entry>
  private let places: Int

  /// - Parameter names: the registered devices with their numbers; each name once.
  init(_ names: [(name: String, device: Int)]) {
    var places = 16
    while places < names.count * 2 { places *= 2 }
    self.places = places
    unsafe entries = .allocate(capacity: places)
    unsafe entries.initialize(repeating: Entry(), count: places)
    for (name, device) in names {
      var entry = Entry()
      precondition(name.utf8.count <= Self.nameBytesMax)
      for byte in name.utf8 {
        entry.name[Int(entry.count)] = byte
        entry.count += 1
      }
      entry.device = Int32(device)
      var index = Self.hash(name.utf8) & (places - 1)
      while unsafe entries[index].device >= 0 { index = (index + 1) & (places - 1) }
      unsafe entries[index] = entry
    }
  }

  deinit {
    unsafe entries.deallocate()
  }

  /// The number of the device named by `bytes[start..<end]`, or -1.
  @_noAllocation @_noLocks
  func device(in bytes: RawSpan, from start: Int, to end: Int) -> Int {
    let count = end &- start
    if count <= 0 || count > Self.nameBytesMax { return -1 }
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    var offset = start
    while offset < end {
      hash = (hash ^ UInt64(bytes.byte(at: offset))) &* 0x100_0000_01B3
      offset &+= 1
    }
    var index = Int(truncatingIfNeeded: hash &>> 20) & (places &- 1)
    while true {
      let found = unsafe entries[index].device
      if found < 0 { return -1 }
      if unsafe Int(entries[index].count) == count {
        var same = 0
        while same < count {
          if unsafe entries[index].name[same] != bytes.byte(at: start &+ same) { break }
          same &+= 1
        }
        if same == count { return Int(found) }
      }
      index = (index &+ 1) & (places &- 1)
    }
  }

  private static func hash(_ name: String.UTF8View) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return Int(truncatingIfNeeded: hash &>> 20)
  }
}
