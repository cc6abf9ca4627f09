import Glibc

/// Tells cheaply whether a file of SQLite with a rollback journal was changed, also by another
/// process: its change counter, which every commit moves (file format, §1.3.7).
final class FileChanges: Sendable {
  private static let offset = off_t(24)
  private let descriptor: Int32

  /// Opened once and kept: closing any descriptor of a file lets go of all locks that this process
  /// holds on it, those of SQLite too.
  ///
  /// - Throws: `StoreError` when the file cannot be opened.
  init(path: String) throws {
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 {
      throw StoreError.cannotOpen(path: path, unsafe String(cString: strerror(errno)))
    }
  }

  deinit { close(descriptor) }

  /// Another number after every commit; nil when the file cannot be read. One system call.
  var counter: UInt32? {
    var number: UInt32 = 0
    let count = unsafe pread(descriptor, &number, 4, Self.offset)
    return count == 4 ? number : nil
  }
}
