import Glibc
import Web

/// File descriptors: every connection takes one, and so does every file of the database.
enum Descriptors {
  /// Raises what this process may open to what the system allows it.
  ///
  /// - Returns: what it may open now.
  static func raiseLimit() -> Int {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
      return 1024
    }
    let former = limit.rlim_cur
    limit.rlim_cur = limit.rlim_max
    if unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) != 0 {
      limit.rlim_cur = former
    }
    return Int(clamping: limit.rlim_cur)
  }

  /// Connections of HTTP that leave the database and the broker theirs.
  ///
  /// - Throws: `SettingError` when there is no room for both.
  static func connectionsMax(_ descriptors: Int) throws -> Int {
    let left = descriptors - WebLimits.descriptorsReserved
    guard left >= WebLimits.descriptorsReserved else {
      throw SettingError(
        "ulimit -n is \(descriptors); at least \(2 * WebLimits.descriptorsReserved) descriptors are needed"
      )
    }
    return min(WebLimits.connectionsMax, left)
  }
}
