import Foundation
import Glibc
import Synchronization

/// How many batches were committed, kept beside the database in its lock file.
///
/// SQLite takes a WAL as far as it can read it: one that was cut or garbled in the middle looks
/// like one that ended there, and acknowledged batches would be gone without a word. So each
/// commit leaves its number here once it is on the disk. A database that ends before that number
/// is not the one that was written.
///
/// The watermark itself is not synced: after a power loss it may be older than the database, which
/// means nothing, and never newer.
///
///     u32 "Piki" · u32 the number's low word, inverted · u64 number of the last segment
final class CommitWatermark: Sendable {
  private let descriptor: Int32
  private let last = Mutex<Int64>(0)

  /// - Parameter path: of the database.
  init(path: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    descriptor = unsafe open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    if descriptor < 0 {
      throw StoreError.cannotOpen(path: path + ".lock", unsafe String(cString: strerror(errno)))
    }
  }

  deinit {
    close(descriptor)
  }

  /// The number of the last batch known to be committed; 0 when nothing is known.
  func read() -> Int64 {
    var words: [UInt64] = [0, 0]
    guard unsafe pread(descriptor, &words, 16, 0) == 16 else { return 0 }
    return words[0] == Self.seal(words[1]) ? Int64(clamping: words[1]) : 0
  }

  /// Begins from a database that ends with `segment`.
  func begin(segment: Int64) {
    last.withLock { $0 = segment }
  }

  /// One more segment is on the disk; its number.
  func advance() -> Int64 {
    let segment = last.withLock { last in
      last += 1
      return last
    }
    write(segment)
    return segment
  }

  /// Puts a number down, whatever stood there.
  func write(_ segment: Int64) {
    let number = UInt64(clamping: segment)
    var words = [Self.seal(number), number]
    // Failing is harmless: the watermark stays behind, and proves less.
    _ = unsafe pwrite(descriptor, &words, 16, 0)
  }

  private static func seal(_ number: UInt64) -> UInt64 {
    UInt64(Schema.applicationID) | (~number & 0xFFFF_FFFF) << 32
  }
}

/// What one process knows about its database, shared by everything that uses the file.
final class FileKnowledge: Sendable {
  private let found = Mutex<String?>(nil)
  private let segment = Mutex<Int64>(0)

  /// What is wrong; nil while nothing is known. A database that turned out damaged is neither
  /// written nor read again.
  var damage: String? { found.withLock { $0 } }

  func setDamage(_ damage: String) {
    found.withLock { $0 = $0 ?? damage }
  }

  /// The last batch that this process committed; 0 = none. A database that ends before it is not
  /// the one that was written, whatever became of the lock file.
  var committed: Int64 { segment.withLock { $0 } }

  func setCommitted(_ number: Int64) {
    segment.withLock { $0 = number }
  }
}
