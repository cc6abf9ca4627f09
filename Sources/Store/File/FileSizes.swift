import Glibc

/// What the database takes of the disk, bytes.
public struct FileSizes: Sendable, Equatable {
  /// The file without its WAL; nil where it is gone.
  public var database: Int?
  /// What the disk keeps for the WAL, whether it is used or not; 0 where there is none.
  public var writeAheadLog: Int
  /// What the disk has left for the service; nil where it does not say.
  public var diskFree: Int?

  /// Looks at the files by their names; opens none, so that no lock is lost.
  init(path: String) {
    database = Self.size(path)
    writeAheadLog = Self.size(path + "-wal") ?? 0
    diskFree = Self.free(onDiskOf: path.lastIndex(of: "/").map { String(path[...$0]) } ?? ".")
  }

  /// Bytes that the disk of a folder has left for the service; nil where it does not say.
  public static func free(onDiskOf folder: String) -> Int? {
    var disk = statvfs()
    return unsafe statvfs(folder, &disk) == 0 ? Int(disk.f_bavail) * Int(disk.f_frsize) : nil
  }

  private static func size(_ path: String) -> Int? {
    var found = stat()
    return unsafe stat(path, &found) == 0 ? Int(found.st_size) : nil
  }
}
