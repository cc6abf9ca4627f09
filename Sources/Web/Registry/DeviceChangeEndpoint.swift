import CivilTime
import Foundation
import HTTPTypes
import Hummingbird
import Queries
import Registry
import Store

extension Endpoint {
  /// One device in the registry that holds.
  static let changeDevice = Endpoint(
    "/api/v1/devices/{device}/changes", .post, id: "postDeviceChange", tag: .operation,
    need: .role(.administrator), summary: "Add, move, replace or retire a device",
    description: """
      Edits the text of the registry that holds, its comments and layout kept, and applies it as \
      PUT /api/v1/registry does: the same If-Match, preview and answer. `add` and `move` need \
      `touchpoint`, `replace` needs `by`, the device that takes its place. `at` is a date (local \
      midnight) or a time to the minute, local or with an offset; without it, now. Needs the role \
      administrator.
      """,
    parameters: [Parameters.device, Parameters.preview],
    success: answer(
      "What it changes.", Models.registryChange,
      example: #"""
        {
          "version": 9, "applied": true,
          "changes": [
            "device rd-0099 added at kallio-aula",
            "device rd-0042 moved from kallio-aula to unassigned from 2026-05-13T14:00"
          ],
          "devices_added": ["rd-0099"],
          "devices_moved": [
            {
              "device": "rd-0042", "from": "kallio-aula", "to": "unassigned",
              "start": "2026-05-13T14:00:00+03:00", "end": null
            }
          ],
          "devices_removed": [], "devices_asking_otherwise": [], "devices_counted_again": [],
          "places_added": [], "places_removed": [], "places_renamed": [], "places_moved": [],
          "buttons_changed": [], "help_changed": [], "intervals_changed": []
        }
        """#),
    missing: .noRegistry, responses: RegistryRequest.responses,
    requestBody: #"""
      {
        "required": true,
        "content": {
          "application/json": {
            "schema": { "$ref": "#/components/schemas/DeviceChangeBody" },
            "example": { "change": "replace", "by": "rd-0099", "at": "2026-05-13T14:00" }
          }
        }
      }
      """#
  ) { call in
    let body = try await call.request.body.collect(upTo: WebLimits.formBytesMax)
    guard
      let asked = try? JSONDecoder().decode(
        DeviceChangeBody.self, from: Data(body.readableBytesView))
    else {
      throw Problem(
        .badRequest,
        "the body must be a JSON object with the texts change, touchpoint, by and at as they are "
          + "needed")
    }
    let device = try call[Parameters.device]
    let request = try RegistryRequest(call, name: "device \(asked.change) \(device)")
    let expected = try request.expectedVersion()
    let (version, yaml) = try await call.service.reader.read {
      (try $0.registryRevision(), try $0.registryYAML())
    }
    guard let yaml else { throw QueryError.noRegistry }
    if let expected, expected != version {
      throw Problem(.preconditionFailed, "\(RegistryOutdated(held: version))")
    }
    do {
      let edit = try RegistryEdit(yaml: yaml, name: request.name)
      let change = try asked.change(of: device, edit, call.service.nowMilliseconds())
      return try await request.answer(try edit.applying([change]), version)
    } catch let error as RegistryEditError {
      throw Problem(.unprocessableContent, error.description)
    }
  }
}

extension OpenAPI {
  static let deviceChangeSchemas = #"""
    "DeviceChangeBody": {
      "type": "object", "required": ["change"],
      "description": "Unknown members are ignored.",
      "properties": {
        "change": { "type": "string", "enum": ["add", "move", "replace", "retire"] },
        "touchpoint": {
          "anyOf": [{ "$ref": "#/components/schemas/NodeID" }, { "type": "null" }]
        },
        "by": { "anyOf": [{ "$ref": "#/components/schemas/DeviceID" }, { "type": "null" }] },
        "at": {
          "type": ["string", "null"],
          "description": "A date, which is its midnight, or a time to the minute, local or with \#
    an offset; without it, now."
        }
      }
    }
    """#
}

/// What is to become of a device.
private struct DeviceChangeBody: Decodable {
  var change: String
  var touchpoint: String?
  var by: String?
  var at: String?

  /// - Throws: `Problem` for members that do not go together.
  func change(
    of device: String, _ edit: RegistryEdit, _ nowMilliseconds: Int64
  ) throws -> DeviceChange {
    let moment = try moment(edit.zone) ?? UTC.minute(ofMilliseconds: nowMilliseconds)
    switch (change, touchpoint, by) {
    case ("add", let touchpoint?, nil):
      return .add(device: device, touchpoint: touchpoint, from: moment)
    case ("move", let touchpoint?, nil):
      return .move(device: device, touchpoint: touchpoint, at: moment)
    case ("replace", nil, let other?): return .replace(device: device, by: other, at: moment)
    case ("retire", nil, nil): return .retire(device: device, at: moment)
    default:
      throw Problem(
        .badRequest,
        "'change' is 'add' or 'move' with 'touchpoint', 'replace' with 'by', or 'retire'; nothing "
          + "else goes with it but 'at'")
    }
  }

  private func moment(_ zone: ZoneOffsets) throws -> UTCMinute? {
    guard let at else { return nil }
    do throws(SiteMinuteError) {
      return try SiteMinute.parse(at, zone)
    } catch {
      throw Problem(.badRequest, "'at' is wrong; \(error.description)")
    }
  }
}
