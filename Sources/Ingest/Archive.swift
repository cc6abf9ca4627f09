/// Frames as they came, one after the other, as the archive keeps them.
///
///     record   u32 device number from 1 · u32 payload bytes · i64 received_ms · payload
///
/// Little-endian. One batch is one segment; everything counted can be counted again from
/// the segments in their order.
@safe
struct ArchiveBuffer: ~Copyable {
  private let memory: UnsafeMutableRawPointer
  private(set) var byteCount = 0
  private(set) var frameCount = 0

  static var headerBytes: Int { @_noAllocation @_noLocks get { 16 } }

  init() {
    unsafe memory = .allocate(byteCount: IngestLimits.archiveBytesMax, alignment: 64)
  }

  deinit {
    unsafe memory.deallocate()
  }

  /// Whether a payload of so many bytes fits.
  @_noAllocation @_noLocks
  func hasRoom(bytes: Int) -> Bool {
    byteCount &+ bytes &+ Self.headerBytes <= IngestLimits.archiveBytesMax
  }

  /// Keeps a payload.
  ///
  /// - Precondition: it fits.
  @_noAllocation @_noLocks
  mutating func append(_ payload: RawSpan, device: Int, receivedAtMilliseconds: Int64) {
    let count = payload.byteCount
    precondition(byteCount &+ count &+ Self.headerBytes <= IngestLimits.archiveBytesMax)
    let record = unsafe memory + byteCount
    unsafe record.storeBytes(
      of: UInt32(truncatingIfNeeded: device &+ 1).littleEndian, as: UInt32.self)
    unsafe record.storeBytes(
      of: UInt32(truncatingIfNeeded: count).littleEndian, toByteOffset: 4, as: UInt32.self)
    unsafe record.storeBytes(
      of: receivedAtMilliseconds.littleEndian, toByteOffset: 8, as: Int64.self)
    unsafe payload.withUnsafeBytes { source in
      if let start = source.baseAddress {
        unsafe (record + Self.headerBytes).copyMemory(from: start, byteCount: count)
      }
    }
    byteCount &+= count &+ Self.headerBytes
    frameCount &+= 1
  }

  mutating func removeAll() {
    byteCount = 0
    frameCount = 0
  }

  var bytes: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: memory, count: byteCount)
  }
}

/// Reads the records of a segment in their order.
@safe
public struct ArchiveReader {
  private let segment: UnsafeRawBufferPointer
  private var offset = 0

  /// - Parameter segment: stays valid while the reader is used.
  public init(_ segment: UnsafeRawBufferPointer) {
    unsafe self.segment = segment
  }

  /// One frame as it came; `payload` points into the segment.
  @safe
  public struct Record {
    /// The device's number in the core, from 0.
    public let device: Int
    public let receivedAtMilliseconds: Int64
    public let payload: UnsafeRawBufferPointer
  }

  /// The next record; nil at the end.
  ///
  /// - Throws: `ArchiveDamaged` when the bytes are not records.
  public mutating func next() throws(ArchiveDamaged) -> Record? {
    if unsafe offset == segment.count { return nil }
    guard unsafe offset + ArchiveBuffer.headerBytes <= segment.count else { throw ArchiveDamaged() }
    let device = unsafe UInt32(
      littleEndian: segment.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    let count = unsafe Int(
      UInt32(littleEndian: segment.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self)))
    let received = unsafe Int64(
      littleEndian: segment.loadUnaligned(fromByteOffset: offset + 8, as: Int64.self))
    let start = offset + ArchiveBuffer.headerBytes
    guard device > 0, unsafe start + count <= segment.count, received >= 0 else {
      throw ArchiveDamaged()
    }
    offset = start + count
    return unsafe Record(
      device: Int(device) - 1, receivedAtMilliseconds: received,
      payload: UnsafeRawBufferPointer(rebasing: segment[start..<start + count]))
  }
}

/// A segment's bytes are not the records that were written.
public struct ArchiveDamaged: Error {
  public init() {}
}
