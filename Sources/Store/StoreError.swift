/// What the store has to say to the person who runs it, in one line each.
public enum StoreError: Error, CustomStringConvertible {
  case inUse(path: String)
  case newerFormat(path: String)
  case foreignFile(path: String)
  case damaged(path: String, String)
  case otherSite(path: String, stored: String, given: String)
  case cannotOpen(path: String, String)

  public var description: String {
    switch self {
    case .inUse(let path):
      "\(path) is in use by another pikapalaute; stop it first, or name another PIKAPALAUTE_DATABASE"
    case .newerFormat(let path):
      "\(path) was written by a newer pikapalaute; run that version, or restore an older copy"
    case .foreignFile(let path):
      "\(path) is not a pikapalaute database; name another PIKAPALAUTE_DATABASE"
    case .damaged(let path, let what):
      "\(path) is damaged (\(what)); put it aside and restore a copy"
    case .otherSite(let path, let stored, let given):
      "\(path) holds site '\(stored)', the registry is of site '\(given)'; one database, one site"
    case .cannotOpen(let path, let reason):
      "\(path) cannot be opened: \(reason)"
    }
  }
}
