import HTTPTypes
import Hummingbird
public import Store

/// One thing that HTTP can ask, declared once.
///
/// Routing, who may ask, what is refused and the OpenAPI document follow from it: there is no
/// route, parameter or role that stands anywhere else. ``Endpoint/all`` lists them.
public struct Endpoint: Sendable {
  /// Who may ask.
  public enum Need: Sendable, Equatable {
    /// Anybody, without a token.
    case nothing
    /// A token of this role, or of one that includes it.
    case role(TokenRole)
    /// A form of a page of ours, sent in the session of such a token.
    case form(TokenRole)
    /// The token of the device that the path names, or an administrator's.
    case device
  }

  /// Under which heading the document lists it.
  enum Tag: String, CaseIterable {
    case ingest, results, `public`, exports, operation
  }

  /// What a 404 says.
  enum Missing: Sendable {
    case noRegistry, noNode
    /// A response of the document, as JSON.
    case other(String)
  }

  let verb: HTTPRequest.Method
  /// As in the OpenAPI document: parameters in braces.
  public let path: String
  public let need: Need
  /// nil = what stands in the query is not looked at.
  let parameters: [any DescribedParameter]?
  /// nil for pages, which are for people.
  let documentation: Documentation?
  let handle: @Sendable (Call) async throws -> Response

  /// GET, POST, PUT or DELETE.
  public var method: String { verb.rawValue }

  /// What only the document needs, beside the rest.
  struct Documentation: Sendable {
    var id: String
    var tag: Tag
    var summary: String
    var description: String?
    /// The response when all is well, as JSON, and its status.
    var success: String
    var successStatus: String
    /// nil = there is no 404.
    var missing: Missing?
    var hasTag: Bool
    /// More responses, or others than usual, and other members, as JSON.
    var responses: [(status: String, json: String)]
    var requestBody: String?
  }

  /// - Parameters:
  ///   - id: the document's `operationId`.
  ///   - hasTag: 304 is answered to clients that have the answer already.
  ///   - responses: more than those that every endpoint of its kind has; the same status replaces.
  init(
    _ path: String, _ verb: HTTPRequest.Method = .get, id: String, tag: Tag, need: Need,
    summary: String, description: String? = nil, parameters: [any DescribedParameter]?,
    success: String, successStatus: String = "200", missing: Missing? = nil, hasTag: Bool = false,
    responses: [(status: String, json: String)] = [], requestBody: String? = nil,
    handle: @escaping @Sendable (Call) async throws -> Response
  ) {
    self.verb = verb
    self.path = path
    self.need = need
    self.parameters = parameters
    documentation = Documentation(
      id: id, tag: tag, summary: summary, description: description, success: success,
      successStatus: successStatus, missing: missing, hasTag: hasTag, responses: responses,
      requestBody: requestBody)
    self.handle = handle
  }
}

extension Endpoint {
  /// A page, or what pages are made of: no part of the document.
  init(
    page path: String, _ verb: HTTPRequest.Method = .get, need: Need,
    parameters: [any DescribedParameter]?,
    handle: @escaping @Sendable (Call) async throws -> Response
  ) {
    self.verb = verb
    self.path = path
    self.need = need
    self.parameters = parameters
    documentation = nil
    self.handle = handle
  }

  /// People look at it.
  var isPage: Bool { documentation == nil }

  /// Everything that HTTP can ask of the service, as a table of contents.
  ///
  /// `pikapalaute routes` prints it; Tests/outside-peer/test_access.py walks it with every role.
  public static let all: [Endpoint] = [
    postPresses, deviceConfiguration, claimDevice, nodes, results, changes, comparison,
    controlChart, ranking, hourOfWeek, devices, unregisteredDevices, device, changeDevice,
    firmwareOffers, enrolPhones, sessions, endSessions, endSession, annotations, annotate,
    withdrawAnnotation, publications, publicNodes, publicResults, publicCatalog, yearExport,
    presses, registry, putRegistry, imports, postImport, latestImport, withdrawImport, document,
    health, readiness, metrics, startPage, placePage, embedPage, embedImage, boardPage, boardEvents,
    boardForm, editBoard, dashboardPage, nodePage, annotateForm, withdrawAnnotationForm, timesPage,
    devicesPage, devicePage, phonesPage, enrolPhonesForm, renewPhoneForm, withdrawPhoneForm,
    sessionsPage, endSessionsForm, signInPage, signIn, providerSignIn, providerAnswer, signOut,
    styleSheet, icon, boardScript, visitPage, visitFile,
  ]
}

extension Endpoint {
  /// The response 200 of an answer in JSON.
  static func answer<Value>(_ text: String, _ model: Model<Value>, example: String) -> String {
    """
    { "description": \(OpenAPI.quoted(text)), "content": { "application/json": {
    "schema": { "$ref": "#/components/schemas/\(model.name)" },
    "example": \(example)
    } } }
    """
  }
}
