import Glibc

/// After a failed sync the kernel may call pages clean that never reached the disk, and a later
/// sync says nothing of them. Such a WAL reads well, in the process that follows too: moved into
/// the database, or answered from, it would leave pages and acknowledgements behind that a power
/// loss takes the ground from. So what a WAL holds is written over itself before anybody takes
/// it up; SQLite syncs it before it moves or adds anything.
///
/// The caller holds the lock of the one process that writes. SQLite takes no POSIX lock on a WAL,
/// so closing it here lets none go.
enum WALRewrite {
  private static let bytesAtOnce = 1 << 18

  /// - Parameter path: of the database.
  /// - Throws: `StoreError` when the WAL is there and cannot be written.
  static func run(path: String) throws {
    let wal = path + "-wal"
    let descriptor = unsafe open(wal, O_RDWR | O_CLOEXEC)
    if descriptor < 0 {
      if errno == ENOENT { return }
      throw StoreError.cannotOpen(path: wal, unsafe String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: bytesAtOnce)
    var offset = 0
    while true {
      let count = unsafe pread(descriptor, &bytes, bytes.count, off_t(offset))
      if count == 0 { return }
      guard count > 0, unsafe pwrite(descriptor, bytes, count, off_t(offset)) == count else {
        throw StoreError.cannotOpen(path: wal, unsafe String(cString: strerror(errno)))
      }
      offset += count
    }
  }
}
