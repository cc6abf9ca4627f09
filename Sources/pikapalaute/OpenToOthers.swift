import Foundation

/// What to say when other users of the machine may read or write the database or what lies beside
/// it; nil = they may not. Nothing is changed: who may read is for the operator to decide.
func warningOfFilesOpenToOthers(database: String) -> String? {
  let url = URL(fileURLWithPath: database)
  let stem = url.deletingPathExtension().lastPathComponent
  let folder = url.deletingLastPathComponent()
  let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
  let own = [url.lastPathComponent, "\(stem)-access.sqlite", "\(stem)-publications.sqlite"]
  let open = names.sorted().filter { name in
    guard own.contains(where: name.hasPrefix) else { return false }
    let path = folder.appendingPathComponent(name).path
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return ((attributes?[.posixPermissions] as? NSNumber)?.intValue ?? 0) & 0o077 != 0
  }
  if open.isEmpty { return nil }
  let paths = open.map { name in
    let path = folder.appendingPathComponent(name).path
    return "'\(path.replacingOccurrences(of: "'", with: "'\\''"))'"
  }
  return "other users of this machine may open files of the database; to keep them out: chmod go= "
    + paths.joined(separator: " ")
}
