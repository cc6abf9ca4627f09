public import Queries
import Registry
import Reporting
public import Store

/// Who is signed in with a browser: their own sessions, for administrators those of all.
public struct SessionsPage: Sendable {
  /// One of them.
  public struct Session: Sendable {
    let id: String
    let author: Annotation.Author
    let role: TokenRole
    let node: String?
    let browser: String?
    let beganAtMilliseconds: Int64
    let seenAtMilliseconds: Int64
    let isThis: Bool

    /// - Parameters:
    ///   - node: what they are bound to; nil = the whole site.
    ///   - browser: its name; nil = one that is not known.
    ///   - isThis: the page is shown in it.
    public init(
      id: String, author: Annotation.Author, role: TokenRole, node: String?, browser: String?,
      beganAtMilliseconds: Int64, seenAtMilliseconds: Int64, isThis: Bool
    ) {
      self.id = id
      self.author = author
      self.role = role
      self.node = node
      self.browser = browser
      self.beganAtMilliseconds = beganAtMilliseconds
      self.seenAtMilliseconds = seenAtMilliseconds
      self.isThis = isThis
    }
  }

  private struct Line {
    let id: String
    let browser: String
    let isThis: Bool
    let words: String
    let endLabel: String
  }

  private struct Bearer {
    let who: String
    let name: String
    let isOwn: Bool
    let rights: String
    let lines: [Line]
    /// nil for a single session.
    let endAllLabel: String?
  }

  private struct Context {
    let t: [String: String]
    let title: String
    let lead: String
    let action: String
    let key: String?
    let bearers: [Bearer]
    let hasBearers: Bool
  }

  private let sessions: [Session]
  private let reader: Annotation.Author
  private let site: Site

  /// - Parameters:
  ///   - sessions: those that the reader sees, the one seen last first.
  ///   - reader: whose own go first.
  public init(_ sessions: [Session], of reader: Annotation.Author, site: Site) {
    self.sessions = sessions
    self.reader = reader
    self.site = site
  }

  public func html(_ frame: Frame) -> String {
    let language = frame.language
    let actors = sessions.map(\.author.actor)
    let order = ([reader.actor] + actors.filter { $0 != reader.actor })
    var seen: Set<String> = []
    let bearers = order.filter { seen.insert($0).inserted }.compactMap { bearer($0, language) }
    let isAll = actors.contains { $0 != reader.actor }
    return frame.page(
      title: language.text(.sessions),
      Templates.render(
        "sessions",
        Context(
          t: SessionWord.texts(language), title: language.text(.sessions),
          lead: (isAll ? SessionWord.leadAll : .lead).phrase[language],
          action: frame.link("/sessions"), key: frame.formKey, bearers: bearers,
          hasBearers: !bearers.isEmpty)))
  }

  /// nil without a session.
  private func bearer(_ actor: String, _ language: Language) -> Bearer? {
    let own = sessions.filter { $0.author.actor == actor }
    guard let first = own.first else { return nil }
    let name = first.author.description
    let words = DeviceWords(language, site)
    let lines = own.map { session in
      let browser = session.browser ?? SessionWord.otherBrowser.phrase[language]
      let began =
        "\(SessionWord.began.phrase[language]) \(words.moment(session.beganAtMilliseconds))"
      let seen = "\(SessionWord.seen.phrase[language]) \(words.moment(session.seenAtMilliseconds))"
      return Line(
        id: session.id, browser: browser, isThis: session.isThis, words: "\(began), \(seen)",
        endLabel: "\(SessionWord.end.phrase[language]): \(name), \(browser), \(began)")
    }
    let place = first.node.map(words.place) ?? SessionWord.wholeSite.phrase[language]
    let role = SessionWord(rawValue: first.role.rawValue)?.phrase[language] ?? first.role.rawValue
    return Bearer(
      who: actor, name: name, isOwn: actor == reader.actor, rights: "\(role), \(place)",
      lines: lines,
      endAllLabel: own.count > 1 ? "\(SessionWord.endAll.phrase[language]): \(name)" : nil)
  }
}
