/// What stands around every page: who it is of, in which language, for whom.
public struct Frame: Sendable {
  public let language: Language
  /// Of the page itself.
  public let address: Address
  /// The site's name; nil before a registry was applied.
  public let site: String?
  /// What signing out sends back; nil for strangers.
  public let formKey: String?

  public init(language: Language, address: Address, site: String?, formKey: String?) {
    self.language = language
    self.address = address
    self.site = site
    self.formKey = formKey
  }

  /// An address in the language of this page.
  func link(_ path: String, _ query: [(name: String, value: String?)] = []) -> String {
    Address(path, query + [("lang", language.rawValue)]).text
  }

  private struct LanguageLink {
    let code: String
    let name: String
    let href: String
    let isCurrent: Bool
  }

  private struct Link {
    let name: String
    let href: String
    let isCurrent: Bool
  }

  private struct Context {
    let t: [String: String]
    let language: String
    let title: String
    let site: String?
    let home: String
    let languages: [LanguageLink]
    let links: [Link]
    let sessions: Link
    let formKey: String?
    let signOut: String
    let content: String
  }

  /// A whole page.
  ///
  /// - Parameter content: HTML.
  func page(title: String, _ content: String) -> String {
    func link(_ word: PageWord, _ path: String) -> Link {
      Link(
        name: language.text(word), href: self.link(path),
        isCurrent: address.path == path || path != "/" && address.path.hasPrefix(path + "/"))
    }
    let links =
      [link(.published, "/"), link(.results, "/dashboard")]
      + (formKey == nil ? [] : [link(.devices, "/devices")])
    return Templates.render(
      "frame",
      Context(
        t: language.texts, language: language.rawValue, title: title, site: site,
        home: self.link(formKey == nil ? "/" : "/dashboard"),
        languages: Language.allCases.map {
          LanguageLink(
            code: $0.rawValue, name: $0.ownName, href: address.with("lang", $0.rawValue).text,
            isCurrent: $0 == language)
        },
        links: links, sessions: link(.sessions, "/sessions"), formKey: formKey,
        signOut: self.link("/sign-out"), content: content))
  }
}
