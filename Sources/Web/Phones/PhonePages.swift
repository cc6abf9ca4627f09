import Hummingbird
import Pages
import Queries
import Registry
import Reporting
import Store

extension Endpoint {
  /// The phones of a team, or the teams below a node.
  static let phonesPage = Endpoint(
    page: "/phones/{node}", need: .role(.manager),
    parameters: [Parameters.nodeOfPath, Parameters.pageLanguage]
  ) { call in
    let (site, now) = (try call.site, call.service.nowMilliseconds())
    let node = try call[Parameters.nodeOfPath]
    try call.scope.covers(node)
    guard site.index.isPlace(node) else { throw QueryError.unknownNode(node) }
    let devices = try await call.service.reader.answer(
      DevicesQuery(site: site, scope: call.scope, nowMilliseconds: now))
    let states = try await call.service.claims.states()
    return .page(
      PhonesPage(node, devices, states, site: site, nowMilliseconds: now).html(try call.frame))
  }

  /// Makes codes, and shows them this once.
  static let enrolPhonesForm = Endpoint(
    page: "/phones/{node}", .post, need: .form(.manager),
    parameters: [Parameters.nodeOfPath, Parameters.pageLanguage]
  ) { call in
    guard let count = call.form["count"].flatMap({ Int($0) }),
      let version = call.form["version"].flatMap({ Int64($0) })
    else { throw Problem(.badRequest, "the form needs whole numbers count and version") }
    let made = try await call.enrolPhones(count, expecting: version)
    return .page(try call.page(of: made))
  }

  /// A new name and code for a phone that lost its own, shown this once.
  static let renewPhoneForm = Endpoint(
    page: "/phones/{node}/renew", .post, need: .form(.manager),
    parameters: [Parameters.nodeOfPath, Parameters.pageLanguage]
  ) { call in
    let (phone, version) = try call.lostPhone
    return .page(try call.page(of: try await call.renewPhone(phone, expecting: version)))
  }

  /// Ends the use of a phone.
  static let withdrawPhoneForm = Endpoint(
    page: "/phones/{node}/withdraw", .post, need: .form(.manager),
    parameters: [Parameters.nodeOfPath, Parameters.pageLanguage]
  ) { call in
    let (phone, version) = try call.lostPhone
    try await call.withdrawPhone(phone, expecting: version)
    let team = Address(
      "/phones/\(try call[Parameters.nodeOfPath])", [("lang", try call.frame.language.rawValue)])
    return .leadingTo(team.text)
  }
}

extension Call {
  /// What the form of a lost phone says: which, and the version of the registry that they saw.
  fileprivate var lostPhone: (phone: String, version: Int64) {
    get throws {
      guard let phone = form["phone"], let version = form["version"].flatMap({ Int64($0) }) else {
        throw Problem(.badRequest, "the form needs a phone and a whole number version")
      }
      return (phone, version)
    }
  }

  fileprivate func page(of made: PhoneEnrolment) throws -> String {
    PhoneCodesPage(
      made.touchpoint, made.phones, expiresAtMilliseconds: made.expiresAtMilliseconds,
      site: try site
    ).html(try frame)
  }
}
