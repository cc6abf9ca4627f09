public import BucketCore
import FirmwareProtocol

/// Frames that counted, one after the other, as the archive keeps them.
///
///     record   u32 device number from 1 · u32 frame bytes and marks · i64 received_ms · frame
///     marks    bit 31 the presses have no sequence · bit 30 their times were corrected
///              bit 29 held to the bounds of time and loss; without it, from before there were any
///
/// A record that was erased is sixteen zero bytes, so that the others keep their places.
///
/// Little-endian. One batch is one segment; everything counted can be counted again from
/// the segments in their order. The JSON form is kept as the frame that it stands for, so that what
/// was counted never hangs on how JSON is read.
///
/// Until schema 9 it was kept as it came: such a record begins with `{`, as no frame does, has no
/// marks, and means `oldest` where it does not say otherwise.
@safe
struct ArchiveBuffer: ~Copyable {
  private let memory: UnsafeMutableRawPointer
  private(set) var byteCount = 0
  private(set) var frameCount = 0
  /// When the last frame was received, UTC since 1970.
  private(set) var lastReceivedAtMilliseconds: Int64 = 0

  static var headerBytes: Int { @_noAllocation @_noLocks get { 16 } }
  static var unsequencedBit: UInt32 { @_noAllocation @_noLocks get { 1 << 31 } }
  static var correctedBit: UInt32 { @_noAllocation @_noLocks get { 1 << 30 } }
  static var boundedBit: UInt32 { @_noAllocation @_noLocks get { 1 << 29 } }

  init() {
    unsafe memory = .allocate(byteCount: IngestLimits.archiveBytesMax, alignment: 64)
  }

  deinit {
    unsafe memory.deallocate()
  }

  /// Whether a frame of so many bytes fits.
  @_noAllocation @_noLocks
  func hasRoom(bytes: Int) -> Bool {
    byteCount &+ bytes &+ Self.headerBytes <= IngestLimits.archiveBytesMax
  }

  /// Keeps a frame.
  ///
  /// - Precondition: it fits.
  @_noAllocation @_noLocks
  mutating func append(
    _ frame: RawSpan, _ marks: FrameMarks, device: Int, receivedAtMilliseconds: Int64
  ) {
    let count = frame.byteCount
    precondition(byteCount &+ count &+ Self.headerBytes <= IngestLimits.archiveBytesMax)
    var field = UInt32(truncatingIfNeeded: count)
    if marks.isUnsequenced { field |= Self.unsequencedBit }
    if marks.areTimesCorrected { field |= Self.correctedBit }
    if marks.isBounded { field |= Self.boundedBit }
    let record = unsafe memory + byteCount
    unsafe record.storeBytes(
      of: UInt32(truncatingIfNeeded: device &+ 1).littleEndian, as: UInt32.self)
    unsafe record.storeBytes(of: field.littleEndian, toByteOffset: 4, as: UInt32.self)
    unsafe record.storeBytes(
      of: receivedAtMilliseconds.littleEndian, toByteOffset: 8, as: Int64.self)
    unsafe frame.withUnsafeBytes { source in
      if let start = source.baseAddress {
        unsafe (record + Self.headerBytes).copyMemory(from: start, byteCount: count)
      }
    }
    byteCount &+= count &+ Self.headerBytes
    frameCount &+= 1
    lastReceivedAtMilliseconds = receivedAtMilliseconds
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
  /// Where the next record begins.
  public private(set) var offset: Int
  /// The place of the record read last among all that were passed, erased ones too, from 1.
  public private(set) var place = 0

  /// - Parameters:
  ///   - segment: stays valid while the reader is used.
  ///   - offset: where a record begins, or the end.
  public init(_ segment: UnsafeRawBufferPointer, from offset: Int = 0) {
    unsafe self.segment = segment
    self.offset = offset
  }

  /// One frame that counted; `payload` points into the segment.
  @safe
  public struct Record {
    /// The device's number in the core, from 0.
    public let device: Int
    public let receivedAtMilliseconds: Int64
    /// The frame, or JSON from before it was kept as a frame.
    public let payload: UnsafeRawBufferPointer
    public let marks: FrameMarks

    /// The journal that its presses are numbered in; nil for presses without a sequence.
    ///
    /// - Throws: `ArchiveDamaged`.
    public func epoch() throws -> UInt32? {
      try withFrame { frame, marks in
        guard let header = try? PressFrame.decodeHeader(frame) else { throw ArchiveDamaged() }
        return marks.isUnsequenced ? nil : header.epoch
      }
    }

    /// Hands on the frame, whichever form is kept.
    ///
    /// - Throws: what `body` throws, or `ArchiveDamaged` when the bytes are neither form.
    func withFrame<Value>(_ body: (RawSpan, FrameMarks) throws -> Value) throws -> Value {
      let kept = unsafe payload.bytes
      if kept.byteCount == 0 { throw ArchiveDamaged() }
      if kept.byte(at: 0) != UInt8(ascii: "{") { return try body(kept, marks) }
      let form: PressJSON
      do throws(PressJSONError) {
        form = try PressJSON(
          kept, receivedAtMilliseconds: receivedAtMilliseconds, oldestByDefault: true)
      } catch {
        throw ArchiveDamaged()
      }
      var oldMarks = form.marks
      oldMarks.isBounded = marks.isBounded
      return try body(unsafe form.frame.span.bytes, oldMarks)
    }
  }

  /// The next record; nil at the end.
  ///
  /// - Throws: `ArchiveDamaged` when the bytes are not records.
  public mutating func next() throws(ArchiveDamaged) -> Record? {
    while isErased { pass(ArchiveBuffer.headerBytes) }
    if unsafe offset == segment.count { return nil }
    guard unsafe offset + ArchiveBuffer.headerBytes <= segment.count else { throw ArchiveDamaged() }
    let device = unsafe UInt32(
      littleEndian: segment.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    let field = unsafe UInt32(
      littleEndian: segment.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self))
    let marks = FrameMarks(
      isUnsequenced: field & ArchiveBuffer.unsequencedBit != 0,
      areTimesCorrected: field & ArchiveBuffer.correctedBit != 0,
      isBounded: field & ArchiveBuffer.boundedBit != 0)
    let count = Int(field & (ArchiveBuffer.boundedBit - 1))
    let received = unsafe Int64(
      littleEndian: segment.loadUnaligned(fromByteOffset: offset + 8, as: Int64.self))
    let start = offset + ArchiveBuffer.headerBytes
    guard device > 0, unsafe start + count <= segment.count, received >= 0 else {
      throw ArchiveDamaged()
    }
    pass(ArchiveBuffer.headerBytes + count)
    return unsafe Record(
      device: Int(device) - 1, receivedAtMilliseconds: received,
      payload: UnsafeRawBufferPointer(rebasing: segment[start..<start + count]), marks: marks)
  }
}

extension ArchiveReader {
  /// A segment whose meant records are erased, and nothing else is changed.
  ///
  /// - Throws: `ArchiveDamaged` when the bytes are not records.
  public static func erasing(
    in segment: UnsafeRawBufferPointer, where isMeant: (Record) -> Bool
  ) throws(ArchiveDamaged) -> [UInt8] {
    var reader = unsafe ArchiveReader(segment)
    var kept: [UInt8] = []
    while true {
      let start = reader.offset
      let record = try reader.next()
      // With what was erased before.
      let own = record.map { unsafe ArchiveBuffer.headerBytes + $0.payload.count } ?? 0
      unsafe kept += segment[start..<reader.offset - own]
      guard let record else { return kept }
      if isMeant(record) {
        kept += repeatElement(0, count: ArchiveBuffer.headerBytes)
      } else {
        unsafe kept += segment[reader.offset - own..<reader.offset]
      }
    }
  }

  private var isErased: Bool {
    guard unsafe offset + ArchiveBuffer.headerBytes <= segment.count else { return false }
    return unsafe segment[offset..<offset + ArchiveBuffer.headerBytes].allSatisfy { $0 == 0 }
  }

  private mutating func pass(_ bytes: Int) {
    offset += bytes
    place += 1
  }
}

/// A segment's bytes are not the records that were written.
public struct ArchiveDamaged: Error {
  public init() {}
}
