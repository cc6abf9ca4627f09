import Foundation
import Hummingbird
import Store
import Synchronization

/// How much of the disk all files on their way may take, and who takes it.
///
/// A file takes its bytes as it grows and gives them back when it was taken or dropped, so clients that
/// do not read hold no more than `WebLimits` says. What does not fit hears 503, at once: a file can be
/// minutes on its way.
final class SpoolSpace: Sendable {
  /// The bytes of one file; they go back with the last reference.
  final class Lease: Sendable {
    private let bearer: Int
    private let space: SpoolSpace
    private let bytes = Atomic(0)

    fileprivate init(_ bearer: Int, _ space: SpoolSpace) {
      self.bearer = bearer
      self.space = space
    }

    /// Takes so many bytes more.
    ///
    /// - Throws: 503 when there is no room; then nothing was taken.
    func take(_ more: Int) throws {
      try space.take(more, for: bearer)
      bytes.add(more, ordering: .relaxed)
    }

    deinit { space.giveBack(bytes.load(ordering: .relaxed), of: bearer) }
  }

  private struct State {
    var bytes = 0
    var bytesByBearer: [Int: Int] = [:]
    var refused = 0
  }

  private let bytesMax: Int
  private let freeBytesMin: Int
  private let freeBytes: @Sendable () -> Int?
  private let state = Mutex(State())

  /// - Parameters:
  ///   - bytesMax: of all files; a bearer has half of it.
  ///   - freeBytesMin: what is left to others on the same disk.
  ///   - freeBytes: what that disk has left; nil where it does not say, which stops nobody.
  init(
    bytesMax: Int = WebLimits.spoolBytesMax, freeBytesMin: Int = WebLimits.spoolFreeBytesMin,
    freeBytes: @escaping @Sendable () -> Int? = SpoolSpace.freeBytesOfTemporaryFolder
  ) {
    self.bytesMax = bytesMax
    self.freeBytesMin = freeBytesMin
    self.freeBytes = freeBytes
  }

  /// Nothing yet, for the file that a request asks for.
  func lease(for request: Request) -> Lease { Lease(request.bearer, self) }

  /// Bytes of the files on their way, and those that found no room since the start.
  var numbers: (bytes: Int, refused: Int) { state.withLock { ($0.bytes, $0.refused) } }

  private func take(_ more: Int, for bearer: Int) throws {
    let isLeftToOthers = freeBytes().map { $0 - more >= freeBytesMin } ?? true
    try state.withLock { state in
      let mine = state.bytesByBearer[bearer, default: 0] + more
      guard isLeftToOthers, state.bytes + more <= bytesMax, mine <= bytesMax / 2 else {
        state.refused += 1
        throw isLeftToOthers ? Problem.spoolBusy : Problem.spoolDiskFull
      }
      state.bytes += more
      state.bytesByBearer[bearer] = mine
    }
  }

  private func giveBack(_ bytes: Int, of bearer: Int) {
    state.withLock { state in
      state.bytes -= bytes
      let left = state.bytesByBearer[bearer, default: 0] - bytes
      state.bytesByBearer[bearer] = left == 0 ? nil : left
    }
  }

  @Sendable static func freeBytesOfTemporaryFolder() -> Int? {
    FileSizes.free(onDiskOf: FileManager.default.temporaryDirectory.path)
  }
}

extension Problem {
  fileprivate static var spoolBusy: Problem {
    spool("too many files are on their way; read those that were asked for, or try again")
  }

  fileprivate static var spoolDiskFull: Problem {
    spool("the disk has no room for files on their way; its operator must make some")
  }

  private static func spool(_ detail: String) -> Problem {
    var problem = Problem(.serviceUnavailable, detail)
    problem.headers[.retryAfter] = "\(WebLimits.spoolRetrySeconds)"
    return problem
  }
}
