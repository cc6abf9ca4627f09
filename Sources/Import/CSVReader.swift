/// Reads CSV as RFC 4180 writes it, record by record, from chunks of any size.
///
/// Quotes may hold separators, line ends and doubled quotes; records end with CR LF, LF or CR; a
/// byte order mark is dropped; blank lines are passed over. The separator is whichever of comma,
/// semicolon and tab the first line has most of.
public struct CSVReader {
  /// Bytes of one record at most; a quote that is never closed ends here and not with the memory.
  static let recordBytesMax = 1 << 20

  /// Why a text cannot be read as CSV.
  public struct Failure: Error, Equatable, CustomStringConvertible {
    /// From 1.
    public let line: Int
    public let reason: String

    public var description: String { "line \(line): \(reason)" }
  }

  private let nextChunk: () throws -> [UInt8]
  private var chunk: [UInt8] = []
  private var position = 0
  /// Between cells; nil before the first record was read.
  private(set) var separator: UInt8?
  private var linesRead = 0

  /// Line on which the last record began, from 1.
  public private(set) var line = 0

  /// - Parameter nextChunk: the bytes that follow; empty at the end.
  public init(nextChunk: @escaping () throws -> [UInt8]) {
    self.nextChunk = nextChunk
  }

  /// The cells of the next record; nil after the last.
  ///
  /// - Throws: ``Failure`` for a quote that is not closed or a cell that is not UTF-8; what
  ///   `nextChunk` throws.
  public mutating func next() throws -> [String]? {
    if separator == nil { try findSeparator() }
    while let byte = try peek() {
      if byte != UInt8(ascii: "\n") && byte != UInt8(ascii: "\r") { return try record() }
      try skipLineEnd()
    }
    return nil
  }

  private mutating func record() throws -> [String] {
    line = linesRead + 1
    var cells: [String] = []
    var cell: [UInt8] = []
    var size = 0
    while let byte = try peek() {
      size += 1
      guard size <= Self.recordBytesMax else {
        throw Failure(line: line, reason: "a record of over 1 MiB; a quote may not be closed")
      }
      if byte == separator {
        position += 1
        cells.append(try text(cell))
        cell.removeAll(keepingCapacity: true)
      } else if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
        break
      } else if byte == UInt8(ascii: "\"") && cell.isEmpty {
        position += 1
        try quoted(&cell, &size)
      } else {
        position += 1
        cell.append(byte)
      }
    }
    try skipLineEnd()
    cells.append(try text(cell))
    return cells
  }

  private mutating func quoted(_ cell: inout [UInt8], _ size: inout Int) throws {
    while let byte = try peek() {
      position += 1
      size += 1
      if size > Self.recordBytesMax { break }
      if byte == UInt8(ascii: "\n") { linesRead += 1 }
      if byte == UInt8(ascii: "\"") {
        guard try peek() == UInt8(ascii: "\"") else { return }
        position += 1
      }
      cell.append(byte)
    }
    throw Failure(line: line, reason: "a quote that is not closed")
  }

  private func text(_ cell: [UInt8]) throws -> String {
    guard let text = String(validating: cell, as: UTF8.self) else {
      throw Failure(line: line, reason: "not UTF-8; save the file as UTF-8 first")
    }
    return text
  }

  private mutating func skipLineEnd() throws {
    guard let byte = try peek() else { return }
    position += 1
    linesRead += 1
    if byte == UInt8(ascii: "\r"), try peek() == UInt8(ascii: "\n") { position += 1 }
  }

  private mutating func peek() throws -> UInt8? {
    if position == chunk.count {
      chunk = try nextChunk()
      position = 0
    }
    return position < chunk.count ? chunk[position] : nil
  }

  private mutating func findSeparator() throws {
    _ = try peek()
    if chunk.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    let first = chunk.dropFirst(position).prefix { $0 != UInt8(ascii: "\n") }
    let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
    separator =
      candidates.max { one, other in
        first.count { $0 == one } < first.count { $0 == other }
      }
  }
}
