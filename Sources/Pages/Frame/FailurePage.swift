/// Why there is no page.
public struct FailurePage: Sendable {
  private struct Context {
    let t: [String: String]
    let heading: String
    let detail: String
    let back: String
  }

  private let status: Int
  private let detail: String

  /// - Parameter detail: what is wrong, as the API says it.
  public init(status: Int, detail: String) {
    self.status = status
    self.detail = detail
  }

  public func html(_ frame: Frame) -> String {
    let language = frame.language
    let heading =
      switch status {
      case 403:
        Phrase("Tähän ei ole oikeutta", "Du har inte rätt till detta", "You may not see this")
      case 404: Phrase("Ei löytynyt", "Hittades inte", "Not found")
      case 400:
        Phrase("Osoitteessa on virhe", "Fel i adressen", "Something is wrong in the address")
      case 422:
        Phrase("Lomakkeessa on virhe", "Fel i formuläret", "Something is wrong in the form")
      case 503:
        Phrase("Ei juuri nyt", "Inte just nu", "Not right now")
      default: Phrase("Jokin meni vikaan", "Något gick fel", "Something went wrong")
      }
    return frame.page(
      title: heading[language],
      Templates.render(
        "failure",
        Context(
          t: language.texts, heading: heading[language], detail: detail, back: frame.link("/"))))
  }
}
