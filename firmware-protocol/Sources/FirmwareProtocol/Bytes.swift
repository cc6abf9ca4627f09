// Little-endian loads and stores at any alignment. Each checks its offset against the
// length of the span; that check is what makes the unsafe access below it safe.

extension RawSpan {
  @inlinable @inline(__always)
  @_noAllocation @_noLocks
  public func byte(at offset: Int) -> UInt8 {
    let isInside = UInt(bitPattern: offset) < UInt(bitPattern: byteCount)
    precondition(isInside)
    return unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt8.self)
  }

  @inlinable @inline(__always)
  @_noAllocation @_noLocks
  public func littleEndianUInt16(at offset: Int) -> UInt16 {
    let isInside = UInt(bitPattern: offset) &+ 2 <= UInt(bitPattern: byteCount)
    precondition(isInside)
    return unsafe UInt16(
      littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt16.self))
  }

  @inlinable @inline(__always)
  @_noAllocation @_noLocks
  public func littleEndianUInt32(at offset: Int) -> UInt32 {
    let isInside = UInt(bitPattern: offset) &+ 4 <= UInt(bitPattern: byteCount)
    precondition(isInside)
    return unsafe UInt32(
      littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt32.self))
  }
}

extension MutableRawSpan {
  @inlinable @inline(__always)
  @_noAllocation @_noLocks
  func byte(at offset: Int) -> UInt8 {
    let isInside = UInt(bitPattern: offset) < UInt(bitPattern: byteCount)
    precondition(isInside)
    return unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt8.self)
  }

  @inlinable @inline(__always)
  @_noAllocation @_noLocks
  mutating func put(_ value: UInt8, at offset: Int) {
    let isInside = UInt(bitPattern: offset) < UInt(bitPattern: byteCount)
    precondition(isInside)
    unsafe storeBytes(of: value, toUncheckedByteOffset: offset, as: UInt8.self)
  }

  @inlinable @inline(__always)
  @_noAllocation @_noLocks
  mutating func put(_ value: UInt16, at offset: Int) {
    let isInside = UInt(bitPattern: offset) &+ 2 <= UInt(bitPattern: byteCount)
    precondition(isInside)
    unsafe storeBytes(of: value.littleEndian, toUncheckedByteOffset: offset, as: UInt16.self)
  }

  @inlinable @inline(__always)
  @_noAllocation @_noLocks
  mutating func put(_ value: UInt32, at offset: Int) {
    let isInside = UInt(bitPattern: offset) &+ 4 <= UInt(bitPattern: byteCount)
    precondition(isInside)
    unsafe storeBytes(of: value.littleEndian, toUncheckedByteOffset: offset, as: UInt32.self)
  }
}
