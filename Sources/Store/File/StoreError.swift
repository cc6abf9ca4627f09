/// What the store has to say to the person who runs it, in one line each.
public enum StoreError: Error, CustomStringConvertible {
  case inUse(path: String)
  case newerFormat(path: String)
  case foreignFile(path: String)
  case damaged(path: String, String)
  case unsealed(path: String)
  case moved(path: String)
  case otherSite(path: String, stored: String, given: String)
  case cannotOpen(path: String, String)
  case cannotWrite(path: String, String)
  /// SQLite refuses what it was asked: a fault of the program, or a schema changed by another.
  case refused(path: String, String)
  case behind(path: String, stored: Int64, committed: Int64)
  case missing(path: String)
  case alreadyThere(path: String)
  case badCopy(path: String, String)

  public var description: String {
    switch self {
    case .inUse(let path):
      "\(path) is in use by another pikapalaute; stop it first, or name another PIKAPALAUTE_DATABASE"
    case .newerFormat(let path):
      "\(path) was written by a newer pikapalaute; run that version, or restore an older copy"
    case .foreignFile(let path):
      "\(path) is not a pikapalaute database, or its header is damaged; name another "
        + "PIKAPALAUTE_DATABASE, or put it aside and restore a copy"
    case .damaged(let path, let what):
      "\(path) is damaged (\(what)); put it aside and restore a copy"
    case .unsealed(let path):
      "\(path) is not as pikapalaute wrote it: its pages lack their checksums, and what they hold "
        + "adds up; another program has written to it; stop the service and run 'pikapalaute "
        + "repair', which proves what it can and keeps the original, or restore a copy"
    case .moved(let path):
      "\(path) is not the file that was opened: it or its WAL was deleted, replaced or moved; put it "
        + "back, or stop the service and bring a copy back with 'pikapalaute restore'"
    case .otherSite(let path, let stored, let given):
      "\(path) holds site '\(stored)', the registry is of site '\(given)'; one database, one site"
    case .cannotOpen(let path, let reason):
      "\(path) cannot be opened: \(reason)"
    case .cannotWrite(let path, let reason):
      "\(path) cannot be written: \(reason)"
    case .refused(let path, let reason):
      "\(path) refuses what it was asked: \(reason)"
    case .behind(let path, let stored, let committed):
      "\(path) is damaged (batch \(committed) was committed, it ends with \(stored): its WAL is "
        + "cut or missing, or it is an older copy); run 'pikapalaute restore' with a copy, or "
        + "delete \(path).lock to go on without what is missing"
    case .missing(let path):
      "\(path) is not there; name an existing PIKAPALAUTE_DATABASE"
    case .alreadyThere(let path):
      "\(path) is there already; name a file that is not"
    case .badCopy(let path, let reason):
      "\(path) is not a sound copy: \(reason); nothing was changed; try another copy"
    }
  }
}
