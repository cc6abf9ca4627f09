import Hummingbird

extension Call {
  /// An answer in JSON or as a table; who holds the same already hears so.
  ///
  /// - Parameters:
  ///   - what: the name under which a spreadsheet keeps it.
  ///   - bytes: the answer, made whole.
  func tagged(
    _ what: String, _ bytes: (TableFormat, CSVDialect) throws -> [UInt8]
  ) throws -> Response {
    let (format, dialect) = (try self[Parameters.tableFormat], try self[Parameters.dialect])
    let bytes = try bytes(format, dialect)
    let tag = EntityTag(of: bytes, startedAtMilliseconds: service.startedAtMilliseconds)
    if let same = tag.notModified(request) { return same }
    return Response(format, tag, whole: bytes).named(what, self, format, dialect)
  }
}
