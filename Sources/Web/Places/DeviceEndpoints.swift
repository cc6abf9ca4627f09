import Hummingbird
import Queries
import Store

extension Endpoint {
  /// The devices and how they fare.
  static let devices = Endpoint(
    "/api/v1/devices", id: "getDevices", tag: .results, need: .role(.reader),
    summary: "The devices and how they fare",
    description: """
      Devices that the registry dropped are listed too. A bound token sees those that stand \
      below its node now. CSV has no epochs and no status.
      """,
    parameters: [Parameters.tableFormat, Parameters.dialect],
    success: table(
      "Every device ever registered.", Models.devices, Models.devicesTable,
      example: #"""
        {
          "devices": [
            {
              "id": "rd-0042", "registered": true, "touchpoint": "kallio-aula",
              "last_press_at": "2026-11-21T10:00:00.250Z", "unsequenced_presses": 0,
              "epochs": [{ "epoch": 7, "next": 42, "reused_at": null }],
              "reused_epoch_at": null,
              "status": {
                "state": "online", "epoch": 7, "firmware": "1.4.2", "battery_mv": 2950,
                "journal": 12
              },
              "status_received_at": "2026-11-21T09:58:12.031Z",
              "last_heard_at": "2026-11-21T10:00:00.250Z", "due_at": null, "battery_mv": 2950,
              "journal": 12, "rssi_dbm": -71, "firmware": "1.4.2", "model": "rd",
              "configuration_revision": 3, "reported_revision": 3, "silent": false
            }
          ]
        }
        """#),
    missing: .noRegistry
  ) { call in
    let site = try call.site
    let query = DevicesQuery(
      site: site, scope: call.scope, nowMilliseconds: call.service.nowMilliseconds())
    let (format, dialect) = (try call[Parameters.tableFormat], try call[Parameters.dialect])
    let devices = try await call.service.reader.answer(query)
    let bytes =
      format == .csv
      ? Models.devicesTable.csv(devices.devices, site, dialect) : Models.devices.json(devices, site)
    return Response(format, whole: bytes).named("devices", call, format, dialect)
  }

  /// Everything of one device.
  static let device = Endpoint(
    "/api/v1/devices/{device}", id: "getDevice", tag: .results, need: .role(.reader),
    summary: "One device: where it stood, how it fares and fared",
    description: """
      A device that stands elsewhere is not there for a bound token, and of the touchpoints that it \
      served only those below its node are listed and counted. CSV is the history.
      """,
    parameters: [Parameters.device, Parameters.tableFormat, Parameters.dialect],
    success: table(
      "The device.", Models.deviceReport, Models.healthTable,
      example: #"""
        {
          "id": "rd-0042", "registered": true, "touchpoint": "kallio-aula",
          "last_press_at": "2026-11-21T10:00:00.250Z", "unsequenced_presses": 0,
          "epochs": [{ "epoch": 7, "next": 42, "reused_at": null }], "reused_epoch_at": null,
          "status": { "state": "sleeping", "epoch": 7, "battery_mv": 2950, "sleep_s": 3600 },
          "status_received_at": "2026-11-21T10:00:03.031Z",
          "last_heard_at": "2026-11-21T10:00:03Z", "due_at": "2026-11-21T11:00:03Z",
          "battery_mv": 2950, "journal": 0, "rssi_dbm": -71, "firmware": "1.4.2", "model": "rd",
          "configuration_revision": 3, "reported_revision": 2, "silent": false,
          "placements": [
            { "touchpoint": "kallio-aula", "from": "2019-05-13T00:00:00+03:00", "to": null }
          ],
          "counts": {
            "start": "2026-10-23T00:00:00+03:00", "end": "2026-11-22T00:00:00+02:00",
            "counted": 41, "excluded": 1, "invalid": 0, "lost": 0, "estimated": 0, "late": 2,
            "annulled": 0
          },
          "history": [
            {
              "day": "2026-11-21", "heard_at": "2026-11-21T10:00:03.031Z", "battery_mv": 2950,
              "battery_mv_min": 2940, "journal": 0, "journal_max": 12, "rssi_dbm": -71,
              "rssi_dbm_min": -80, "clock_ahead_s": 0.4, "clock_ahead_s_most": -1.2,
              "firmware": "1.4.2", "restarts": 0
            }
          ],
          "quarantine": null
        }
        """#),
    missing: .other(
      #"""
      {
        "description": "No such device, or it stands elsewhere than what the token is bound to.",
        "content": {
          "application/problem+json": {
            "schema": { "$ref": "#/components/schemas/Problem" },
            "example": {
              "type": "about:blank", "title": "Not Found", "status": 404,
              "detail": "device 'rd-9999' was never registered, or is not yours; see /api/v1/devices"
            }
          }
        }
      }
      """#)
  ) { call in
    let (site, report) = (try call.site, try await call.deviceReport())
    let (format, dialect) = (try call[Parameters.tableFormat], try call[Parameters.dialect])
    let bytes =
      format == .csv
      ? Models.healthTable.csv(report.days, site, dialect) : Models.deviceReport.json(report, site)
    return Response(format, whole: bytes).named("device", call, format, dialect)
  }

  /// Who knocks and is not let in.
  static let unregisteredDevices = Endpoint(
    "/api/v1/devices/unregistered", id: "getUnregisteredDevices", tag: .results,
    need: .role(.administrator),
    summary: "Devices that send and are not registered",
    description: """
      As far as the quarantine still has what they sent. Put them into the registry file, and \
      `pikapalaute apply FILE`. Takes no parameters.
      """,
    parameters: [],
    success: answer(
      "Who knocked.", Models.unregistered,
      example: #"""
        {
          "devices": [
            {
              "id": "rd-0043", "first_seen_at": "2026-11-21T09:00:00.120Z",
              "last_seen_at": "2026-11-21T10:00:00.250Z", "messages": 61
            }
          ],
          "other_messages": 0
        }
        """#),
    missing: .noRegistry
  ) { call in
    let site = try call.site
    let unregistered = try await call.service.reader.answer(UnregisteredQuery(site: site))
    return .json(Models.unregistered.json(unregistered, site))
  }
}

extension Call {
  /// What is known of the device that the path names.
  ///
  /// - Throws: 404.
  func deviceReport() async throws -> DeviceReport {
    let query = try DeviceQuery(
      device: try self[Parameters.device], site: try site, scope: scope,
      showsQuarantine: await service.access.isAdministrator(request),
      nowMilliseconds: service.nowMilliseconds())
    return try await service.reader.answer(query)
  }
}
