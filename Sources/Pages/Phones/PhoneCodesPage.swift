import CivilTime
public import Queries
import Reporting

/// The codes of new phones, to be printed: a slip for each.
public struct PhoneCodesPage: Sendable {
  /// A new phone.
  public struct Code: Sendable {
    public let phone: String
    public let code: String
    /// That opens the app with the code.
    public let address: String

    public init(phone: String, code: String, address: String) {
      self.phone = phone
      self.code = code
      self.address = address
    }
  }

  private struct Context {
    let t: [String: String]
    let team: String
    let back: String
    let until: String
    let slips: [Slip]
  }

  private struct Slip {
    let phone: String
    let code: String
    let address: String
    /// SVG; nil for an address that is too long to be drawn.
    let picture: String?
  }

  private let node: String
  private let codes: [Code]
  private let expiresAtMilliseconds: Int64
  private let site: Site

  /// - Parameter expiresAtMilliseconds: UTC since 1970.
  public init(_ node: String, _ codes: [Code], expiresAtMilliseconds: Int64, site: Site) {
    self.node = node
    self.codes = codes
    self.expiresAtMilliseconds = expiresAtMilliseconds
    self.site = site
  }

  public func html(_ frame: Frame) -> String {
    let language = frame.language
    let label = PhoneWord.picture.phrase[language]
    return frame.page(
      title: PhoneWord.codes.phrase[language],
      Templates.render(
        "phone-codes",
        Context(
          t: PhoneWord.texts(language), team: DeviceWords(language, site).place(node),
          back: frame.link("/phones/\(node)"),
          until: language.moment(milliseconds: expiresAtMilliseconds, site.calendar),
          slips: codes.map { code in
            Slip(
              phone: code.phone, code: code.code, address: code.address,
              picture: QRCode(code.address)?.svg(label: "\(label) \(code.phone)").text)
          })))
  }
}
