/// Lines that were passed over, as CSV: a person mends them and imports that file in turn.
///
/// The source's own columns stand as they were, in the source's separator. Before them stand
/// `line`, from 1 in the file that was read, and `reason`; both are passed over when the file is
/// imported, and written anew when a line is passed over again.
extension ImportReader {
  private static let rejectedColumns = ["line", "reason"]

  /// The first line of such a file, UTF-8.
  public var rejectedHeader: [UInt8] {
    record(Self.rejectedColumns + header.dropFirst(rejectedBefore))
  }

  /// The last row, passed over for this reason; UTF-8.
  public func rejectedLine(_ skip: Skip) -> [UInt8] {
    let reason = skip.text.isEmpty ? skip.reason.rawValue : "\(skip.reason.rawValue): \(skip.text)"
    return record(["\(line)", reason] + cells.dropFirst(rejectedBefore))
  }

  /// How many columns come from an earlier rejection.
  private var rejectedBefore: Int {
    header.starts(with: Self.rejectedColumns) ? Self.rejectedColumns.count : 0
  }

  private func record(_ cells: [String]) -> [UInt8] {
    let special: [UInt8] = [
      separator, UInt8(ascii: "\""), UInt8(ascii: "\r"), UInt8(ascii: "\n"),
    ]
    var bytes: [UInt8] = []
    for (column, cell) in cells.enumerated() {
      if column > 0 { bytes.append(separator) }
      let isQuoted = cell.utf8.contains { special.contains($0) }
      if isQuoted { bytes.append(UInt8(ascii: "\"")) }
      for byte in cell.utf8 {
        if byte == UInt8(ascii: "\"") { bytes.append(byte) }
        bytes.append(byte)
      }
      if isQuoted { bytes.append(UInt8(ascii: "\"")) }
    }
    return bytes + [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
  }
}
