import Foundation
import Synchronization

/// What is read at one moment and taken by the client at its own pace: a file without a name, gone
/// with the last reference.
final class SpoolFile: Sendable {
  /// Larger ones are refused.
  struct TooLarge: Error {}

  private struct State {
    var handle: FileHandle
    var byteCount = 0
  }

  private let state: Mutex<State>
  private let lease: SpoolSpace.Lease
  private let bytesMax: Int

  /// - Parameter lease: pays for its bytes.
  /// - Throws: when the temporary folder takes no file.
  init(_ lease: SpoolSpace.Lease, bytesMax: Int) throws {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("pikapalaute-\(UUID().uuidString)")
    guard
      FileManager.default.createFile(
        atPath: file.path, contents: nil, attributes: [.posixPermissions: 0o600])
    else { throw CocoaError(.fileWriteUnknown) }
    defer { try? FileManager.default.removeItem(at: file) }
    state = Mutex(State(handle: try FileHandle(forUpdating: file)))
    self.lease = lease
    self.bytesMax = bytesMax
  }

  var byteCount: Int { state.withLock { $0.byteCount } }

  /// - Throws: ``TooLarge``; 503 when there is no room; when the disk is full.
  func append(_ bytes: [UInt8]) throws {
    try state.withLock { state in
      if bytes.count > bytesMax - state.byteCount { throw TooLarge() }
      try lease.take(bytes.count)
      state.byteCount += bytes.count
      try state.handle.write(contentsOf: Data(bytes))
    }
  }

  /// The bytes from `offset` on, `count` at most.
  func read(from offset: Int, count: Int) throws -> [UInt8] {
    try state.withLock { state in
      try state.handle.seek(toOffset: UInt64(offset))
      return Array(try state.handle.read(upToCount: count) ?? Data())
    }
  }
}
