import HTTPTypes
import Hummingbird
import Import
import Store

/// A file of history on its way in: kept on the disk until it is whole, then read from there.
struct ImportUpload {
  private let spool: SpoolFile
  /// Bytes of the mapping, which comes first.
  private let mappingBytes: Int

  /// Receives the body of a request.
  ///
  /// - Throws: 413 for one that is too large, 400 for none and for one that ends within its mapping; what the
  ///   connection throws, when it ends before the body.
  init(_ call: Call, mappingBytes: Int) async throws {
    spool = try SpoolFile(
      call.service.spoolSpace.lease(for: call.request), bytesMax: WebLimits.importBytesMax)
    self.mappingBytes = mappingBytes
    do {
      for try await bytes in call.request.body { try spool.append(Array(bytes.readableBytesView)) }
    } catch is SpoolFile.TooLarge {
      throw Problem(
        .contentTooLarge,
        "a file of history has at most \(WebLimits.importBytesMax) bytes here; give it in parts")
    }
    guard spool.byteCount > 0 else {
      throw Problem(.badRequest, "the body is empty; it is the file of history, a CSV")
    }
    guard mappingBytes <= spool.byteCount else {
      throw Problem.parameter(
        "mapping_bytes", "\(mappingBytes) is more than the body has, \(spool.byteCount) bytes")
    }
  }

  /// Makes the reader of the file, of the registry that holds then.
  var work: @Sendable (ImportOptions) -> ImportJob.Work {
    { [spool, mappingBytes] options in
      .file(options) { registry, now in
        let mapping =
          mappingBytes == 0
          ? PlaceMapping()
          : try PlaceMapping(CSVReader(nextChunk: Self.chunks(of: spool, 0..<mappingBytes)))
        return try ImportReader(
          CSVReader(nextChunk: Self.chunks(of: spool, mappingBytes..<spool.byteCount)),
          registry: registry, mapping: mapping, nowMilliseconds: now)
      }
    }
  }

  private static func chunks(of spool: SpoolFile, _ range: Range<Int>) -> () throws -> [UInt8] {
    var offset = range.lowerBound
    return {
      let bytes = try spool.read(from: offset, count: min(65_536, range.upperBound - offset))
      offset += bytes.count
      return bytes
    }
  }
}
