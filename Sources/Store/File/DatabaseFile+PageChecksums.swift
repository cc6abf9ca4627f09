import CPageChecksum
import Foundation
import GRDB

// Every page of a database carries a checksum, and none is used that differs from it: the C
// target puts itself between SQLite and the disk, for every connection of this process.
extension DatabaseFile {
  /// SQLite's answer to having its pages checked from now on; once a process.
  static let pageCheckResult: Int32 = pikapalaute_check_pages()

  /// How every connection is opened.
  ///
  /// - Throws: `StoreError` when pages could not be checked.
  func configuration(readonly: Bool = false) throws -> Configuration {
    guard Self.pageCheckResult == 0 else {
      throw StoreError.cannotOpen(
        path: path, "its pages cannot be checked: SQLite says \(Self.pageCheckResult)")
    }
    var configuration = Configuration()
    configuration.readonly = readonly
    configuration.busyMode = .timeout(5)
    return configuration
  }

  /// Whether pages that the disk changed are noticed: false for a file that was made before
  /// there were checksums, until a copy of it is restored. True for one that is not there.
  ///
  /// Asked before the first connection of the process: closing a file takes the POSIX locks with it
  /// that SQLite has on it, and then another program that looks at the database, and closes it, takes
  /// itself for the last and deletes the WAL under the service.
  public var hasPageChecksums: Bool {
    guard let handle = FileHandle(forReadingAtPath: path) else { return true }
    defer { try? handle.close() }
    // Byte 20 of SQLite's header: how much of each page it leaves to others.
    guard let header = try? handle.read(upToCount: 21), header.count == 21 else { return true }
    return header[20] == 8
  }
}
